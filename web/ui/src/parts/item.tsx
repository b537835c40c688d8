// Which file of a folder somebody means.

import { useState } from "preact/hooks";
import { get, ofPoint, query } from "../api";
import type { ItemList, Point } from "../schema";
import { useLoad } from "../use";
import { Field } from "./form";

interface Item {
  chosen: string;
  choose: (name: string) => void;
  names: string[];
}

/** The item that is chosen, the first until somebody chooses; "" of a point that has none. */
export function useItem(point: Point): Item {
  const [picked, choose] = useState<string>();
  const items = useLoad(
    (signal) => point.kind === "on-demand" ? get<ItemList>(ofPoint(point.name, "items") + query({ limit: 1000 }), signal) : Promise.resolve({ items: [] }),
    [point.name, point.kind],
  );
  const names = items.value?.items.map((i) => i.name) ?? [];
  return { chosen: picked ?? names[0] ?? "", choose, names };
}

export function ItemChoice({ of }: { of: Item }) {
  if (of.names.length === 0 || (of.names.length === 1 && of.names[0] === "")) return null;
  return (
    <section class="card">
      <Field label="Item" value={of.chosen} onInput={of.choose} choices={of.names.map((n) => [n, n || "the file itself"] as const)} />
    </section>
  );
}
