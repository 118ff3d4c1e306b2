import type { ApplicationOption } from '../../hooks/use-overview.ts';
import { Button } from '../base/button.tsx';
import { Icon } from '../base/icon.tsx';
import { useSetting } from '../setting.tsx';

/** Says that a connection is broken, and leads to the host's page that mends it, where there is one. */
export function Reconnect({ application }: { readonly application: ApplicationOption }) {
  const { messages, onReconnect } = useSetting();
  const words = messages.overview.failures;
  const name = application.name ?? application.slug ?? application.id;
  return (
    <p className="rh-reconnect">
      <Icon name="plug" />
      <span>{words.reconnect(name)}</span>
      {onReconnect !== undefined && (
        <Button
          size="small"
          onClick={() => {
            onReconnect({ id: application.id, slug: application.slug, name: application.name });
          }}
        >
          {words.reconnectButton(name)}
        </Button>
      )}
    </p>
  );
}
