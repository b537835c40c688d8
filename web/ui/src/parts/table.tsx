// Tables, which are lists of cards on a phone.

import type { ComponentChildren, Key } from "preact";

export interface Column<T> {
  name: string;
  cell: (row: T) => ComponentChildren;
  kind?: "right" | "end"; // figures; the buttons at the end
}

interface TableProps<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  id: (row: T) => Key;
  even?: boolean; // columns are as wide in other tables
}

export const Table = <T,>({ label, columns, rows, id, even }: TableProps<T>) => (
  <table class={`table ${even ? "even" : ""}`} aria-label={label}>
    <thead>
      <tr>
        {columns.map((c) => (
          <th key={c.name} scope="col" class={c.kind}>
            {c.kind === "end" ? <span class="unseen">{c.name}</span> : c.name}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={id(row)}>
          {columns.map((c) => (
            <td key={c.name} class={c.kind} data-label={c.name}>
              {c.kind === "end" ? <div class="orders">{c.cell(row)}</div> : <div>{c.cell(row)}</div>}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
