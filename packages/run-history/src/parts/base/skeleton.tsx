/** The place of something that is on its way. The one around it says `aria-busy`. */
export function Skeleton({ width, height }: { readonly width?: string; readonly height?: string }) {
  return (
    <span
      className="rh-skeleton"
      aria-hidden="true"
      style={{
        ...(width !== undefined && { inlineSize: width }),
        ...(height !== undefined && { blockSize: height }),
      }}
    />
  );
}
