import { useState } from "preact/hooks";
import { post, reason } from "../api";
import { Button, Notice } from "../parts/basic";
import { Field } from "../parts/form";
import type { Session } from "../schema";

export function LoginPage({ onEnter }: { onEnter: (s: Session) => void }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setWrong("");
    setBusy(true);
    try {
      onEnter(await post<Session>("/api/session", { body: { name, password } }));
    } catch (e) {
      setWrong(reason(e));
      setBusy(false);
    }
  };
  return (
    <main class="entrance">
      <form class="card stack wide" onSubmit={(e) => { e.preventDefault(); void submit(); }}>
        <h1>Caracal</h1>
        <Field id="name" label="Account" value={name} onInput={setName} autocomplete="username" required />
        <Field id="password" label="Password" type="password" value={password} onInput={setPassword} autocomplete="current-password" required />
        {wrong && <Notice tone="bad">{wrong}</Notice>}
        <Button type="submit" kind="first" disabled={busy}>Log in</Button>
      </form>
    </main>
  );
}
