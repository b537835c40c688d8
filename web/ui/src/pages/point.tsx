// One point: what it does now, and all that can be done with it.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { get, ofPoint, post, reason } from "../api";
import { pointName } from "../format";
import { Button, Empty, Head, Notice, Read } from "../parts/basic";
import { go, to, toPoint } from "../route";
import type { Point } from "../schema";
import { useLoad } from "../use";
import { AccessPart } from "./access";
import { DefinitionPart } from "./definition";
import { HeaderPart } from "./header";
import { LinksPart } from "./links";
import { LivePart } from "./live";
import { Players } from "./players";
import { PlaylistPart } from "./playlist";
import { Removal, StateBadge } from "./points";
import { PreviewPart } from "./preview";

interface Tab {
  id: string;
  name: string;
  show: (p: Point) => boolean;
  part: (p: Point, again: (now?: Point) => void) => ComponentChildren;
}

const streams = (p: Point) => p.kind !== "redirect";

const tabs: Tab[] = [
  { id: "", name: "Live", show: () => true, part: (p, again) => <LivePart point={p} again={again} /> },
  { id: "playlist", name: "Playlist", show: (p) => p.list === true, part: (p) => <PlaylistPart point={p} /> },
  { id: "preview", name: "Preview", show: streams, part: (p) => <PreviewPart point={p} /> },
  { id: "players", name: "Players", show: streams, part: (p) => <section class="card stack"><Players filter={{ point: p.name || "/" }} hidePoint /></section> },
  { id: "links", name: "Test links", show: () => true, part: (p) => <LinksPart point={p} /> },
  { id: "header", name: "Header", show: streams, part: (p) => <HeaderPart point={p} /> },
  { id: "access", name: "Access and limits", show: () => true, part: (p, again) => <AccessPart point={p} again={again} /> },
  { id: "definition", name: "Definition", show: () => true, part: (p, again) => <DefinitionPart point={p} again={again} /> },
];

export function PointPage({ name, tab }: { name: string; tab: string }) {
  const point = useLoad((signal) => get<Point>(ofPoint(name), signal), [name], 3000);
  const [wrong, setWrong] = useState("");
  const [removing, setRemoving] = useState(false);
  const p = point.value;
  const order = async (what: "start" | "stop") => {
    setWrong("");
    try {
      point.set(await post<Point>(ofPoint(name, what)));
    } catch (e) {
      setWrong(reason(e));
    }
  };
  return (
    <div class="page">
      <nav aria-label="Way back"><a href={to("points")}>Points</a></nav>
      <Head title={pointName(name)} badge={p && <StateBadge state={p.state} />}>
        {p && (p.state === "stopped" ? <Button onClick={() => order("start")}>Start</Button> : <Button onClick={() => order("stop")}>Stop</Button>)}
        {p && <Button onClick={() => setRemoving(true)}>Remove</Button>}
      </Head>
      {wrong && <Notice tone="bad" onClose={() => setWrong("")}>{wrong}</Notice>}
      <Read from={point} lines={8}>{(value) => <Tabs point={value} tab={tab} again={(now) => (now ? point.set(now) : point.again())} />}</Read>
      {p && removing && <Removal point={p} onClose={() => setRemoving(false)} onDone={() => go(to("points"))} />}
    </div>
  );
}

function Tabs({ point, tab, again }: { point: Point; tab: string; again: (now?: Point) => void }) {
  const here = tabs.find((t) => t.id === tab && t.show(point));
  const bar = useRef<HTMLElement>(null);
  useLayoutEffect(() => { // on a phone it may be out of sight
    bar.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [tab]);
  return (
    <>
      <nav class="tabs" ref={bar} aria-label="Of this point">
        {tabs.filter((t) => t.show(point)).map((t) => (
          <a key={t.id} href={toPoint(point.name, t.id)} aria-current={t === here ? "page" : undefined}>{t.name}</a>
        ))}
      </nav>
      {point.error && <Notice tone="bad">{point.error}</Notice>}
      {here ? here.part(point, again) : <Empty title="This point has no such page" />}
    </>
  );
}
