// Lists that come in pages.

import { useState } from "preact/hooks";
import { get, query } from "../api";
import { type Loaded, useLoad } from "../use";
import { Button } from "./basic";

/** How many rows a page has: as many as stay quick however often they are read. */
const rows = 100;

export interface Pages<T> extends Loaded<T> {
  number: number; // of this page, from 1
  first: () => void;
  back?: (() => void) | undefined;
  on?: (() => void) | undefined;
}

/** Reads the pages of a list; another filter begins with the first. */
export function usePages<T extends { next_cursor?: string }>(path: string, filter: Record<string, string>, every = 0): Pages<T> {
  const key = JSON.stringify(filter);
  const [at, setAt] = useState<{ key: string; cursors: string[] }>({ key, cursors: [] });
  const cursors = at.key === key ? at.cursors : [];
  const cursor = cursors.at(-1) ?? "";
  const list = useLoad((signal) => get<T>(path + query({ ...filter, limit: rows, cursor }), signal), [path, key, cursor], every);
  const next = list.value?.next_cursor;
  return {
    ...list,
    number: cursors.length + 1,
    first: () => setAt({ key, cursors: [] }),
    back: cursors.length > 0 ? () => setAt({ key, cursors: cursors.slice(0, -1) }) : undefined,
    on: next ? () => setAt({ key, cursors: [...cursors, next] }) : undefined,
  };
}

/** The way from page to page; nothing where there is one only. */
export function Pager<T>({ of }: { of: Pages<T> }) {
  if (!of.back && !of.on) return null;
  return (
    <nav class="row pager" aria-label="Pages of the list">
      {of.number > 2 && <Button onClick={of.first}>First page</Button>}
      <Button disabled={!of.back} onClick={() => of.back?.()}>Previous page</Button>
      <span class="number" role="status">Page {of.number}</span>
      <Button disabled={!of.on} onClick={() => of.on?.()}>Next page</Button>
    </nav>
  );
}
