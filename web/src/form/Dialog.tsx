import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useRef, type FormEvent, type ReactNode } from "react";
import { ProblemNote } from "../api/ProblemNote";
import { useLanguage } from "../text/language";
import type { Write } from "./useWrite";

/** A form in a dialog: what it does in words, its fields, what was refused, and the button that signs it. */
export function Dialog({ title, says, write, submit, label, danger, disabled, onClose, children }: {
  title: string; says?: string | undefined; write: Write; submit: () => Promise<void> | void; label: string; danger?: boolean; disabled?: boolean;
  onClose: () => void; children?: ReactNode;
}) {
  const { t } = useLanguage();
  const form = useRef<HTMLFormElement>(null);
  function send(e: FormEvent) {
    e.preventDefault();
    void submit();
    // Where a field is wrong nothing is sent, and the focus goes there.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-error="true"]')?.focus());
  }
  return (
    <Modal.Root opened onClose={onClose} centered size="lg">
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body pt="md">
          <form ref={form} noValidate onSubmit={send}>
            <Stack>
              <Group justify="space-between" wrap="nowrap">
                <Modal.Title fw={600}>{title}</Modal.Title>
                <Modal.CloseButton aria-label={t("close")} />
              </Group>
              {says && <Text>{says}</Text>}
              <fieldset className="plain" disabled={write.unknown}><Stack>{children}</Stack></fieldset>
              <ProblemNote error={write.error} />
              {write.unknown && <Alert color="yellow" role="alert" title={t("unknownWrite")} />}
              <Group justify="flex-end">
                <Button variant="default" onClick={onClose}>{t("cancel")}</Button>
                <Button type="submit" loading={write.busy} disabled={disabled ?? false} {...(danger && { color: "red" })}>{write.unknown ? t("sendAgain") : label}</Button>
              </Group>
            </Stack>
          </form>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
