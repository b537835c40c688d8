// Changing what a point is.

import { useState } from "preact/hooks";
import { Failure, ofPoint, post, put, reason } from "../api";
import { definitionOf, draftOf } from "../draft";
import { Button, Card, Empty, Notice } from "../parts/basic";
import { OptionFields, SourceFields } from "../parts/draft";
import { Field } from "../parts/form";
import type { Mistake, Point, PointDefinition } from "../schema";
import { MistakeList } from "./configuration";

export function DefinitionPart({ point, again }: { point: Point; again: (now?: Point) => void }) {
  const [turn, setTurn] = useState(0);
  if (!point.definition) return <Empty title="This point cannot be changed here"><p>An encoder has made it, or it is the sample film.</p></Empty>;
  return <Editor key={turn} point={point} definition={point.definition} onSaved={(now) => { setTurn(turn + 1); again(now); }} />;
}

interface EditorProps {
  point: Point;
  definition: PointDefinition;
  onSaved: (now: Point) => void;
}

/** It keeps what it began with, and the ETag of that, while the point is read again. */
function Editor({ point, definition, onSaved }: EditorProps) {
  const [etag] = useState(point.etag);
  const [before, setBefore] = useState(definition);
  const [draft, setDraft] = useState(() => draftOf(point.name, point.kind, definition));
  const [json, setJSON] = useState<string>();
  const [wrong, setWrong] = useState("");
  const [mistakes, setMistakes] = useState<Mistake[]>([]);
  const act = async (order: () => Promise<Point>) => {
    setWrong("");
    setMistakes([]);
    try {
      onSaved(await order());
    } catch (e) {
      setWrong(e instanceof Failure && e.status === 412 ? "Somebody else has changed it meanwhile. Leave this page and come back to see how it is now." : reason(e));
      setMistakes(e instanceof Failure ? (e.problem.problems ?? []) : []);
    }
  };
  /** Shows the form of what was typed, or the other way round. */
  const turn = () => {
    setWrong("");
    try {
      if (json === undefined) return setJSON(JSON.stringify(definitionOf(draft, before), null, 2));
      const typed = JSON.parse(json) as PointDefinition;
      setBefore(typed);
      setDraft(draftOf(point.name, point.kind, typed));
      setJSON(undefined);
    } catch {
      setWrong("This is not JSON: mend it, and then it can be shown as a form.");
    }
  };
  const save = () => act(() => put<Point>(ofPoint(point.name), { etag, body: json === undefined ? definitionOf(draft, before) : (JSON.parse(json) as unknown) }));
  return (
    <Card title="Definition" aside={(
      <Button onClick={turn}>{json === undefined ? "All keys" : "Form"}</Button>
    )}>
      <form class="stack wide" onSubmit={(e) => { e.preventDefault(); void save(); }}>
        {json === undefined ? (
          <>
            <SourceFields of={draft} set={(change) => setDraft((d) => ({ ...d, ...change }))} />
            <OptionFields of={draft} set={(change) => setDraft((d) => ({ ...d, ...change }))} fixed />
          </>
        ) : (
          <Field label="Keys of the point" lines value={json} onInput={setJSON} hint="As in the configuration, in JSON" />
        )}
        {wrong && <Notice tone="bad">{wrong}</Notice>}
        {mistakes.length > 0 && <MistakeList of={mistakes} />}
        <p class="small quiet">What it plays starts anew, and its players end. Access and limits alone end nobody.</p>
        <div class="row">
          <Button type="submit" kind="first">Save</Button>
          {point.origin === "changed" && <Button onClick={() => act(() => post<Point>(ofPoint(point.name, "reset"), { etag }))}>As in the configuration file</Button>}
        </div>
      </form>
    </Card>
  );
}
