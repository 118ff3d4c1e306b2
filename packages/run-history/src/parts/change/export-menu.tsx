import { useState } from 'react';
import { Button } from '../base/button.tsx';
import { Menu, MenuItem } from '../base/menu.tsx';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';
import { ExportDialog, type ExportWish } from './export-dialog.tsx';

/** Exports the list that is shown, as it is filtered and sorted when the kind of file is chosen. */
export function ExportMenu({ view, filter, list }: RunListSlot) {
  const words = useSetting().messages.change.export;
  const [wish, setWish] = useState<ExportWish | null>(null);
  const choose = (kind: ExportWish['kind']) => () => {
    setWish({ kind, filter, sort: view.sort });
  };
  return (
    <>
      <Menu
        trigger={
          <Button icon="download" disabled={list.phase !== 'ready'}>
            {words.button}
          </Button>
        }
      >
        <MenuItem onChoose={choose('CSV')}>{words.csv}</MenuItem>
        <MenuItem onChoose={choose('JSON')}>{words.json}</MenuItem>
      </Menu>
      {wish !== null && (
        <ExportDialog
          wish={wish}
          onClose={() => {
            setWish(null);
          }}
        />
      )}
    </>
  );
}
