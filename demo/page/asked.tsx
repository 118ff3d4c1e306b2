import type { PanelState } from '../panel-state.ts';

const HEIGHT = 20;

/** What the gateway has asked upstream in the last minute. */
export function Asked({ routes, spans }: PanelState['asked']) {
  const total = spans.reduce((sum, count) => sum + count, 0);
  const most = Math.max(5, ...spans);
  return (
    <section>
      <h3>Asked of it in the last minute: {total}</h3>
      <p className="demo-hint">
        By everybody who looks. Open this page once more, and see how little is added.
      </p>
      <svg
        className="demo-spans"
        viewBox={`0 0 ${String(spans.length)} ${String(HEIGHT)}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {spans.map((count, index) => {
          const height = (count / most) * HEIGHT;
          return <rect key={index} x={index + 0.1} y={HEIGHT - height} width={0.8} height={height} />;
        })}
      </svg>
      <table>
        <thead>
          <tr>
            <th scope="col">Route</th>
            <th scope="col">Failed</th>
            <th scope="col">All</th>
          </tr>
        </thead>
        <tbody>
          {routes.map(({ route, count, failed }) => (
            <tr key={route}>
              <th scope="row">{route}</th>
              <td>{failed}</td>
              <td>{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
