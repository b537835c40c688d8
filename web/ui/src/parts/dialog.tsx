// A window that wants an answer first.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { reason } from "../api";
import { Button, Notice } from "./basic";

interface DialogProps {
  title: string;
  does: string; // what its button says
  danger?: boolean;
  onDo: () => Promise<void>;
  onClose: () => void;
  children: ComponentChildren;
}

/** Stays open with what went wrong until that is done, or left. */
export function Dialog({ title, does, danger, onDo, onClose, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [wrong, setWrong] = useState("");
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  const submit = async () => {
    setWrong("");
    try {
      await onDo();
    } catch (e) {
      setWrong(reason(e));
      return;
    }
    onClose();
  };
  return (
    <dialog ref={box} aria-labelledby={id} onClose={onClose}>
      <form class="stack wide" method="dialog" onSubmit={(e) => { e.preventDefault(); void submit(); }}>
        <h2 id={id}>{title}</h2>
        {children}
        {wrong && <Notice tone="bad">{wrong}</Notice>}
        <div class="row">
          <Button type="submit" kind={danger ? "first danger" : "first"}>{does}</Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </dialog>
  );
}
