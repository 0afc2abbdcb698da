import type { JSX } from "preact";
import type { Card, CardRow } from "../card";

/** A bill, the services held, what is left: figures people would rather look at than read. */
export function CardView({ card }: { card: Card }): JSX.Element {
  return card.kind === "bars" ? <Bars rows={card.rows} /> : <Table card={card} />;
}

function Table({ card }: { card: Card }): JSX.Element {
  return (
    <table class="card card--table" data-testid="card">
      <tbody>
        {card.rows.map((row) => (
          <TableRow key={`${row.label}-${row.value}-${row.note ?? ""}`} row={row} />
        ))}
      </tbody>
      {card.total && (
        <tfoot>
          <TableRow row={card.total} />
        </tfoot>
      )}
    </table>
  );
}

function TableRow({ row }: { row: CardRow }): JSX.Element {
  return (
    <tr class={row.warn ? "card__row card__row--warn" : "card__row"}>
      <th scope="row">
        {row.label}
        {row.note && <span class="card__note">{row.note}</span>}
      </th>
      <td>{row.value}</td>
    </tr>
  );
}

const NEARLY_USED = 0.9;

function Bars({ rows }: { rows: readonly CardRow[] }): JSX.Element {
  return (
    <ul class="card card--bars" data-testid="card">
      {rows.map((row) => {
        const share = row.share ?? 0;
        const fill = share >= NEARLY_USED ? "card__fill card__fill--nearly" : "card__fill";
        return (
          <li key={row.label} class="card__bar-row">
            <span class="card__bar-head">
              <span>{row.label}</span>
              <strong>{row.value}</strong>
            </span>
            <span class="card__track" aria-hidden="true">
              <span class={fill} style={{ width: `${Math.round(share * 100)}%` }} />
            </span>
            {row.note && <span class="card__note">{row.note}</span>}
          </li>
        );
      })}
    </ul>
  );
}
