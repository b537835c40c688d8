// Fields of forms.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: ComponentChildren;
  wrong?: string | undefined;
  type?: string;
  required?: boolean;
  placeholder?: string;
  autocomplete?: string;
  choices?: readonly (readonly [value: string, text: string])[]; // of a list to choose from
  suggestions?: string[];
  lines?: boolean; // a text of several lines
  short?: boolean; // of a few
  id?: string;
}

export function Field(p: FieldProps) {
  const made = useId();
  const id = p.id ?? made;
  const about = [p.hint ? `${id}-hint` : "", p.wrong ? `${id}-wrong` : ""].join(" ").trim();
  const common = {
    id,
    class: "input",
    required: p.required,
    "aria-invalid": p.wrong ? ("true" as const) : undefined,
    "aria-describedby": about || undefined,
  };
  const input = (e: { currentTarget: { value: string } }) => p.onInput(e.currentTarget.value);
  return (
    <div class="field">
      <label for={id}>{p.label}</label>
      {p.choices ? (
        <select {...common} value={p.value} onChange={input}>
          {p.choices.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
        </select>
      ) : p.lines ? (
        <textarea {...common} class={`input ${p.short ? "short" : ""}`} value={p.value} spellcheck={false} onInput={input} />
      ) : (
        <input {...common} type={p.type ?? "text"} value={p.value} placeholder={p.placeholder} spellcheck={false}
          autocomplete={(p.autocomplete ?? "off") as "off"} list={p.suggestions && `${id}-list`} onInput={input} />
      )}
      {p.suggestions && <datalist id={`${id}-list`}>{p.suggestions.map((s) => <option key={s} value={s} />)}</datalist>}
      {p.hint && <span class="hint" id={`${id}-hint`}>{p.hint}</span>}
      {p.wrong && <span class="wrong" id={`${id}-wrong`}>{p.wrong}</span>}
    </div>
  );
}

export const Check = ({ label, value, onInput }: { label: string; value: boolean; onInput: (value: boolean) => void }) => (
  <label class="check">
    <input type="checkbox" checked={value} onChange={(e) => onInput(e.currentTarget.checked)} />
    {label}
  </label>
);

interface ChoicesProps {
  legend: string;
  value: string;
  onInput: (value: string) => void;
  list: readonly { value: string; name: string; about: string }[];
}

/** One of a few that want a word about each. */
export function Choices({ legend, value, onInput, list }: ChoicesProps) {
  const name = useId();
  return (
    <fieldset class="stack">
      <legend class="unseen">{legend}</legend>
      <div class="choices">
        {list.map((c) => (
          <label class="choice" key={c.value}>
            <input type="radio" name={name} value={c.value} checked={value === c.value} onChange={() => onInput(c.value)} />
            <span>
              <strong>{c.name}</strong>
              <span class="small quiet">{c.about}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
