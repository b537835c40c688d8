// Changing what a point is.

import { useState } from "preact/hooks";
import { Failure, ofPoint, post, put, reason } from "../api";
import { definitionOf, draftOf } from "../draft";
import { Button, Card, Empty, Notice } from "../parts/basic";
import { OptionFields, SourceFields } from "../parts/draft";
import { Field } from "../parts/form";
import type { Mistake, Point, PointDefinition } from "../schema";
import { MistakeList } from "./configuration";

export function DefinitionPart({ point, again }: { point: Point; again: () => void }) {
  const [turn, setTurn] = useState(0);
  if (!point.definition) return <Empty title="This point cannot be changed here"><p>An encoder has made it, or it is the sample film.</p></Empty>;
  return <Editor key={turn} point={point} definition={point.definition} onSaved={() => { setTurn(turn + 1); again(); }} />;
}

interface EditorProps {
  point: Point;
  definition: PointDefinition;
  onSaved: () => void;
}

/** It keeps what it began with, and the ETag of that, while the point is read again. */
function Editor({ point, definition, onSaved }: EditorProps) {
  const [etag] = useState(point.etag);
  const [before] = useState(definition);
  const [draft, setDraft] = useState(() => draftOf(point.name, point.kind, definition));
  const [json, setJSON] = useState<string>();
  const [wrong, setWrong] = useState("");
  const [mistakes, setMistakes] = useState<Mistake[]>([]);
  const act = async (order: () => Promise<unknown>) => {
    setWrong("");
    setMistakes([]);
    try {
      await order();
      onSaved();
    } catch (e) {
      setWrong(e instanceof Failure && e.status === 412 ? "Somebody else has changed it meanwhile. Leave this page and come back to see how it is now." : reason(e));
      setMistakes(e instanceof Failure ? (e.problem.problems ?? []) : []);
    }
  };
  const save = () => act(() => put(ofPoint(point.name), { etag, body: json === undefined ? definitionOf(draft, before) : (JSON.parse(json) as unknown) }));
  const form = point.kind !== "proxy";
  return (
    <Card title="Definition" aside={form && (
      <Button onClick={() => setJSON(json === undefined ? JSON.stringify(definitionOf(draft, before), null, 2) : undefined)}>{json === undefined ? "All keys" : "Form"}</Button>
    )}>
      <form class="stack wide" onSubmit={(e) => { e.preventDefault(); void save(); }}>
        {json === undefined && form ? (
          <>
            <SourceFields of={draft} set={(change) => setDraft((d) => ({ ...d, ...change }))} />
            <OptionFields of={draft} set={(change) => setDraft((d) => ({ ...d, ...change }))} fixed />
          </>
        ) : (
          <Field label="Keys of the point" lines value={json ?? JSON.stringify(before, null, 2)} onInput={setJSON} hint="As in the configuration, in JSON" />
        )}
        {wrong && <Notice tone="bad">{wrong}</Notice>}
        {mistakes.length > 0 && <MistakeList of={mistakes} />}
        <p class="small quiet">Its source starts anew, and its players end.</p>
        <div class="row">
          <Button type="submit" kind="first">Save</Button>
          {point.origin === "changed" && <Button onClick={() => act(() => post(ofPoint(point.name, "reset"), { etag }))}>As in the configuration file</Button>}
        </div>
      </form>
    </Card>
  );
}
