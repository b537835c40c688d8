// The items of a playlist: moved by dragging or with the arrow keys, added, taken out.

import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import { get, ofPoint, post, reason, remove } from "../api";
import { Badge, Button, Card, Empty, Notice, Read } from "../parts/basic";
import { Field } from "../parts/form";
import type { Playlist, Point } from "../schema";
import { useLoad } from "../use";

type Item = Playlist["items"][number];

export function PlaylistPart({ point }: { point: Point }) {
  const [busy, setBusy] = useState(false);
  const list = useLoad((signal) => get<Playlist>(ofPoint(point.name, "playlist"), signal), [point.name], busy ? 0 : 4000);
  const [wrong, setWrong] = useState("");
  const [said, setSaid] = useState("");
  /** Carries an order out; says what was done to those who do not see it. */
  const act = async (order: () => Promise<Playlist | void>, done: string) => {
    setWrong("");
    try {
      const after = await order();
      if (after) list.set(after);
      else list.again();
      setSaid(done);
    } catch (e) {
      setWrong(reason(e));
      list.again();
    }
  };
  return (
    <Read from={list} lines={8}>
      {(l) => (
        <div class="stack wide">
          {!l.editable && <Notice>This is a folder: add files to it, or take them out, to change what is played.</Notice>}
          {l.changed && <Notice>It is not as its file says: what was changed here counts until the file is written anew.</Notice>}
          {wrong && <Notice tone="bad" onClose={() => setWrong("")}>{wrong}</Notice>}
          <span class="unseen" role="status">{said}</span>
          <Card title="Items">
            {l.items.length === 0 ? <Empty title="It has no items" /> : (
              <Items key={point.name} list={l} onHold={setBusy}
                onMove={(n, to) => act(() => post(ofPoint(point.name, `playlist/items/${n}/move`), { etag: l.etag, body: { to } }), `Moved to ${to}`)}
                onRemove={(i) => act(() => remove(ofPoint(point.name, `playlist/items/${i.number}`), { etag: l.etag }), `${i.name} was taken out`)} />
            )}
          </Card>
          {l.editable && <Adding onAdd={(source) => act(() => post(ofPoint(point.name, "playlist/items"), { etag: l.etag, body: { source } }), `${source} was added`)} />}
          {point.kind === "broadcast" && <Inserting onInsert={(source, how) => act(async () => { await post(ofPoint(point.name, "insert"), { body: { source, how } }); }, `${source} was inserted`)} />}
        </div>
      )}
    </Read>
  );
}

interface ItemsProps {
  list: Playlist;
  onMove: (number: number, to: number) => Promise<void>;
  onRemove: (i: Item) => Promise<void>;
  onHold: (held: boolean) => void;
}

/** The item that is dragged, from where, over where, and how far from its place. */
type Held = { from: number; over: number; start: number; y: number };

function Items({ list, onMove, onRemove, onHold }: ItemsProps) {
  const box = useRef<HTMLOListElement>(null);
  const [held, setHeld] = useState<Held>();
  const shown = held ? moved(list.items, held.from, held.over) : list.items;
  const move = async (from: number, to: number) => {
    if (to < 0 || to >= list.items.length || to === from) return;
    await onMove(from + 1, to + 1);
    requestAnimationFrame(() => box.current?.querySelectorAll<HTMLElement>(".grip")[to]?.focus());
  };
  const drop = () => {
    if (!held) return;
    const { from, over } = held;
    setHeld(undefined);
    onHold(false);
    void move(from, over);
  };
  return (
    <ol class="items" ref={box}>
      {shown.map((item, place) => (
        <li key={item.number} class={`${held && place === held.over ? "held" : ""} ${plays(list, item) ? "playing" : ""}`}>
          {list.editable && (
            <button type="button" class="button plain square grip" aria-label={`Move ${item.name}, ${place + 1} of ${shown.length}: arrow keys or drag`}
              onPointerDown={(e) => { e.currentTarget.setPointerCapture(e.pointerId); setHeld({ from: place, over: place, start: e.clientY, y: 0 }); onHold(true); }}
              onPointerMove={(e) => held && setHeld({ ...held, over: placeAt(box, e.clientY) })}
              onPointerUp={drop}
              onPointerCancel={() => { setHeld(undefined); onHold(false); }}
              onKeyDown={(e) => {
                const by = { ArrowUp: -1, ArrowDown: 1 }[e.key];
                if (by === undefined) return;
                e.preventDefault();
                void move(place, place + by);
              }}><Grip /></button>
          )}
          <span class="place">{place + 1}</span>
          <span class="name"><bdi>{item.name}</bdi></span>
          {plays(list, item) && <Badge tone="good">plays</Badge>}
          {list.editable && <Button kind="plain square" label={`Take ${item.name} out`} onClick={() => onRemove(item)}>×</Button>}
        </li>
      ))}
    </ol>
  );
}

const plays = (l: Playlist, i: Item) => l.now?.number === i.number && !l.now.inserted && !l.now.fallback;

/** The items with the one at a place put at another. */
function moved(items: Item[], from: number, to: number): Item[] {
  const list = [...items];
  const [one] = list.splice(from, 1);
  if (one) list.splice(to, 0, one);
  return list;
}

/** Which item is at a height of the window. */
function placeAt(box: RefObject<HTMLOListElement>, y: number): number {
  const rows = [...(box.current?.children ?? [])];
  const below = rows.findIndex((r) => y < r.getBoundingClientRect().bottom);
  return below < 0 ? rows.length - 1 : below;
}

const Grip = () => (
  <svg width="12" height="18" viewBox="0 0 12 18" fill="currentColor" aria-hidden="true">
    {[3, 9, 15].flatMap((y) => [3, 9].map((x) => <circle key={`${x} ${y}`} cx={x} cy={y} r="1.6" />))}
  </svg>
);

function Adding({ onAdd }: { onAdd: (source: string) => Promise<void> }) {
  const [source, setSource] = useState("");
  return (
    <Card title="Add an item">
      <form class="filters" onSubmit={(e) => { e.preventDefault(); void onAdd(source).then(() => setSource("")); }}>
        <Field label="What" value={source} onInput={setSource} required hint="As in the playlist: a file, a folder, point:NAME. It becomes the last." />
        <Button type="submit">Add</Button>
      </form>
    </Card>
  );
}

const ways = [["after", "when what plays has ended"], ["pause", "now; what plays goes on behind it"], ["leave", "now, in the place of what plays"]] as const;

function Inserting({ onInsert }: { onInsert: (source: string, how: string) => Promise<void> }) {
  const [source, setSource] = useState("");
  const [how, setHow] = useState("after");
  return (
    <Card title="Play something in between, once">
      <form class="filters" onSubmit={(e) => { e.preventDefault(); void onInsert(source, how); }}>
        <Field label="File, folder or playlist" value={source} onInput={setSource} required hint="The whole path on the server's machine" />
        <Field label="When" value={how} onInput={setHow} choices={ways} />
        <Button type="submit">Insert</Button>
      </form>
    </Card>
  );
}
