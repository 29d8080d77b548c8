import { pino } from "pino";
import { expect, it } from "vitest";
import { createRedactor } from "../../../src/log/redact.ts";
import { createPageService } from "../../../src/page/service.ts";
import { createLocalShared } from "../../../src/replicas/local.ts";
import { refuseWithoutStore } from "../../../src/replicas/refusals.ts";
import type { PageWork } from "../../../src/tools/page-port.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { Browser, FIXED_SITE } from "../../support/test-page.ts";

it("a page whose store does not answer says so, and can be opened afterwards", async () => {
  const clock = createFakeClock();
  const local = createLocalShared(clock);
  let isDown = true;
  const lines: string[] = [];
  const service = createPageService({
    work: async () => ({}) as PageWork,
    site: FIXED_SITE,
    key: undefined,
    uses: {
      useOnce: async (...use) => {
        if (isDown) throw refuseWithoutStore();
        return local.useOnce(...use);
      },
      wasUsed: local.wasUsed,
    },
    isShared: true,
    redactor: createRedactor(),
    logger: pino({ level: "error" }, { write: (line: string) => void lines.push(line) }),
    clock,
  });
  const now = clock.now();
  const { url } = await service.open({
    id: "page-1",
    tool: "create_app",
    tenant: "acme.conductor.one",
    args: {},
    askedAt: now,
    expires: now + 600_000,
    principal: "local",
  });
  const browser = new Browser(service.handle);
  const down = await browser.open(url);
  expect(down.status).toBe(503);
  expect(down.text).toMatch(
    /^This cannot be done now The store .* cannot be used now\. This request changed nothing/,
  );
  expect(lines).toEqual([]);
  isDown = false;
  await browser.open(url);
  expect([...browser.cookies]).toHaveLength(1);
});
