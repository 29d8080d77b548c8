import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../support/sources.ts";
import { type Kit, Missing } from "./kit.ts";

const PUPPETEER = "25.16.0";
const AXE = "4.14.1";
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The folder for screenshots. */
const PICTURES = join(ROOT, "out", "page");

/** The part of puppeteer that is used here. It is installed on demand and is no dependency of the project. */
export interface Tab {
  goto(url: string, options?: object): Promise<{ status(): number } | null>;
  goBack(options?: object): Promise<unknown>;
  setJavaScriptEnabled(on: boolean): Promise<void>;
  setViewport(size: { width: number; height: number }): Promise<void>;
  emulateMediaFeatures(features: readonly { name: string; value: string }[]): Promise<void>;
  type(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  waitForNavigation(options?: object): Promise<unknown>;
  evaluate<T>(script: string): Promise<T>;
  screenshot(options: { path: string; fullPage: boolean }): Promise<unknown>;
  on(event: "request", listener: (request: { url(): string }) => void): void;
  url(): string;
  bringToFront(): Promise<void>;
  close(): Promise<void>;
}

interface Context {
  newPage(): Promise<Tab>;
  close(): Promise<void>;
}

interface Launched {
  createBrowserContext(): Promise<Context>;
  close(): Promise<void>;
}

export interface Chromium {
  /** Opens a browser context with its own cookies. */
  newPerson(): Promise<Context>;
  /** Accessibility problems that axe-core finds on a page, each as a sentence. */
  findBarriers(tab: Tab): Promise<string[]>;
  /** Takes a screenshot of a whole page. */
  draw(tab: Tab, name: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts Debian's Chromium, or another one that is installed. Skips if there is none. */
export async function openChromium(kit: Kit): Promise<Chromium> {
  const executablePath = CHROMIUM.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Missing("there is no chromium here");
  const [puppeteer, axe] = await Promise.all([
    kit.install("puppeteer-core", PUPPETEER),
    kit.install("axe-core", AXE),
  ]);
  const entry = join(puppeteer, "node_modules", "puppeteer-core", "lib", "puppeteer", "puppeteer-core.js");
  const { default: driver } = (await import(pathToFileURL(entry).href)) as {
    default: { launch(options: object): Promise<Launched> };
  };
  const browser = await driver.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const { readFile } = await import("node:fs/promises");
  const rules = await readFile(join(axe, "node_modules", "axe-core", "axe.min.js"), "utf8");
  await mkdir(PICTURES, { recursive: true });
  return {
    newPerson: () => browser.createBrowserContext(),
    async findBarriers(tab) {
      // The page's own policy forbids scripts, but not those of the debugger.
      await tab.evaluate(rules);
      const found = await tab.evaluate<{ id: string; help: string; nodes: { html: string }[] }[]>(
        "axe.run().then(({ violations }) => violations)",
      );
      return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`);
    },
    async draw(tab, name) {
      await tab.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
    },
    close: () => browser.close(),
  };
}
