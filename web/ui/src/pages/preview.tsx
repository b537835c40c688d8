// A point as a browser can show it: FFmpeg makes that while somebody watches.

import { useEffect, useRef, useState } from "preact/hooks";
import { get, query, sentence } from "../api";
import { Button, Card, Notice, Read } from "../parts/basic";
import { ItemChoice, useItem } from "../parts/item";
import type { Point } from "../schema";
import { useLoad } from "../use";

/** What /preview/ answers. */
interface State {
  available: boolean;
  reason?: string; // why not
  running: number;
  limit: number;
}

export function PreviewPart({ point }: { point: Point }) {
  const item = useItem(point);
  const state = useLoad((signal) => get<State>("/preview/", signal), []);
  return (
    <div class="stack wide">
      <ItemChoice of={item} />
      <Read from={state} lines={6}>
        {(s) => s.available ? <Screen key={item.chosen} point={point} item={item.chosen} /> : (
          <Notice tone="warn">{s.reason}</Notice>
        )}
      </Read>
    </div>
  );
}

function Screen({ point, item }: { point: Point; item: string }) {
  const [turn, setTurn] = useState(0);
  const [phase, setPhase] = useState<"idle" | "starting" | "playing" | "over">("idle");
  const [wrong, setWrong] = useState("");
  const video = useRef<HTMLVideoElement>(null);
  const source = `/preview/${encodeURIComponent(point.name || "/")}${query({ item, turn })}`;
  useEffect(() => {
    const v = video.current;
    return () => { // the server ends FFmpeg when the connection goes
      v?.removeAttribute("src");
      v?.load();
    };
  }, [turn]);
  const start = () => {
    setWrong("");
    setPhase("starting");
    setTurn(turn + 1);
  };
  const failed = async () => {
    setPhase("over");
    setWrong(await why(source));
  };
  return (
    <Card title="Preview" aside={<span class="small quiet" role="status">{phase === "starting" ? "Starting …" : phase === "playing" ? "Playing" : ""}</span>}>
      {phase === "idle" || phase === "over" ? <div class="screen" /> : (
        <video key={turn} ref={video} class="screen" src={source} autoplay muted controls playsInline aria-label="Preview"
          onPlaying={() => setPhase("playing")} onEnded={point.kind === "broadcast" ? start : () => setPhase("over")} onError={() => void failed()} />
      )}
      {wrong && <Notice tone="bad">{wrong}</Notice>}
      <div class="row">
        {phase === "idle" || phase === "over" ? <Button kind="first" onClick={start}>Play</Button> : <Button onClick={() => setPhase("over")}>End the preview</Button>}
        <span class="small quiet">FFmpeg on the server makes it while it is watched. It starts without sound.</span>
      </div>
    </Card>
  );
}

/** Asks why a preview did not come; a video element does not say. */
async function why(source: string): Promise<string> {
  try {
    const answer = await fetch(source, { method: "HEAD" });
    return sentence(answer.headers.get("X-Reason") ?? "FFmpeg made nothing that a browser shows. The server's log says why.");
  } catch {
    return "The server does not answer.";
  }
}
