import type { ServedPage } from "../src/page/service.ts";
import type { Visits } from "../src/tools/visits.ts";
import { Browser, readLink } from "../test/support/test-page.ts";
import type { Task } from "./task.ts";

type Page = NonNullable<Task["tenant"]["page"]>;

/** A person with a browser who opens the server's page when asked to, and acts there as the task says. */
export interface Person {
  /** Present if their client shows them links. */
  readonly visits: Visits | undefined;
  /** Opens the link in an answer, if there is one. */
  follow(answer: { readonly isError: boolean; readonly text: string }): Promise<void>;
}

/** @param handle the page's request handler. */
export function createPerson({ does, types, isShown }: Page, handle: ServedPage["handle"]): Person {
  const act = async (url: string, code: string) => {
    const browser = new Browser(handle);
    const form = await browser.open(url);
    if (does === "closes") return;
    const fields = Object.keys(form.fields).filter((name) => name.startsWith("secret-"));
    const typed = Object.fromEntries(fields.map((name) => [name, types]));
    await browser.send(url, form, does === "types" ? { code, ...typed } : { decision: "no" });
  };
  return {
    visits: isShown
      ? {
          patienceMs: 60_000,
          async show({ url, code = "" }) {
            if (does !== "types") return does === "declines" ? "declined" : "dismissed";
            await act(url, code);
            return "opened";
          },
        }
      : undefined,
    async follow({ isError, text }) {
      const { url, code } = readLink(text);
      if (isError && url !== "" && !isShown) await act(url, code);
    },
  };
}
