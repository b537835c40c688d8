// Links to try a point with, for each generation of players.

import { useState } from "preact/hooks";
import { get, ofPoint, query } from "../api";
import { Button, Card, Empty, Read } from "../parts/basic";
import { ItemChoice, useItem } from "../parts/item";
import type { Announcements, Point } from "../schema";
import { useLoad } from "../use";

export function LinksPart({ point }: { point: Point }) {
  const item = useItem(point);
  const links = useLoad(
    (signal) => get<Announcements>(ofPoint(point.name, "announcements") + query({ item: item.chosen }), signal),
    [point.name, item.chosen],
  );
  return (
    <div class="stack wide">
      <ItemChoice of={item} />
      <Read from={links} lines={8}>
        {(a) => a.links.length === 0 ? <Empty title="No player can be given a link to this" /> : (
          <>
            {a.links.map((l) => (
              <Card key={l.id} title={l.player}>
                {l.announcement && <Link url={l.announcement} about="Announcement" />}
                {l.urls.map((u) => <Link key={u} url={u} />)}
              </Card>
            ))}
          </>
        )}
      </Read>
    </div>
  );
}

function Link({ url, about }: { url: string; about?: string }) {
  const [told, setTold] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      setTold("Copied");
    } catch {
      setTold("Select and copy it");
    }
    setTimeout(() => setTold(""), 3000);
  };
  return (
    <div class="spread">
      <span class="break">{about && <span class="small quiet">{about} </span>}<a href={url} class="mono" rel="noreferrer">{url}</a></span>
      <span class="row">
        <Button label={`Copy ${url}`} onClick={copy}>Copy</Button>
        <span class="small quiet" role="status">{told}</span>
      </span>
    </div>
  );
}
