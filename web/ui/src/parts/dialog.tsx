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
  other?: { does: string; act: () => Promise<void> } | undefined; // a second thing that can be done
  children: ComponentChildren;
}

/** Stays open with what went wrong until that is done, or left. */
export function Dialog({ title, does, danger, onDo, onClose, other, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [wrong, setWrong] = useState("");
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  const carry = async (order: () => Promise<void>) => {
    setWrong("");
    try {
      await order();
    } catch (e) {
      setWrong(reason(e));
      return;
    }
    onClose();
  };
  return (
    <dialog ref={box} aria-labelledby={id} onClose={onClose}>
      <form class="stack wide" method="dialog" onSubmit={(e) => { e.preventDefault(); void carry(onDo); }}>
        <h2 id={id}>{title}</h2>
        {children}
        {wrong && <Notice tone="bad">{wrong}</Notice>}
        <div class="row">
          <Button type="submit" kind={danger ? "first danger" : "first"}>{does}</Button>
          {other && <Button onClick={() => carry(other.act)}>{other.does}</Button>}
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </dialog>
  );
}
