import { describe, expect, it } from "vitest";
import type { User } from "../../../src/c1/port.ts";
import { findUsers } from "../../../src/tools/find-users.ts";
import { idOf, JANE, SAM } from "../../support/fake-api.ts";
import { createBench, expectRefused, refusedWrite } from "../../support/tool-bench.ts";

const showing = (...items: User[]) => createBench({ searchUsers: async () => ({ items }) });

describe("find_users", () => {
  it.each<[Record<string, unknown>, object, number]>([
    [{}, {}, 10],
    [{ query: "  " }, {}, 10],
    [{ query: " jane " }, { query: "jane" }, 10],
    [{ query: "jane@acme.example" }, { email: "jane@acme.example" }, 10],
    [{ query: " jane@acme.example\n" }, { email: "jane@acme.example" }, 10],
    [{ query: "jane@acme", limit: 50 }, { email: "jane@acme" }, 50],
    [{ query: "jane doe@acme" }, { query: "jane doe@acme" }, 10],
    [{ query: "@acme.example", limit: 1 }, { query: "@acme.example" }, 1],
  ])("%j searches with %j", async (args, query, pageSize) => {
    const bench = createBench();
    await bench.succeed(findUsers, args);
    expect(bench.argsOf("searchUsers")).toEqual([[query, { pageSize }]]);
  });

  it("shows what helps to distinguish people, and nothing else", async () => {
    const user = { ...JANE, emails: ["j@x"], jobTitle: "CFO", department: "Finance", type: "HUMAN" };
    expect(await showing(user, { id: idOf("blank") }).succeed(findUsers, {})).toEqual({
      items: [
        {
          id: JANE.id,
          displayName: "Jane Doe",
          email: "jane@acme.example",
          jobTitle: "CFO",
          status: "ENABLED",
        },
        { id: idOf("blank") },
      ],
    });
  });

  it.each<[Partial<User>, string]>([
    [{ status: "ENABLED", deletedAt: "2026-01-01T00:00:00Z" }, "DELETED"],
    [{ deletedAt: "2026-01-01T00:00:00Z" }, "DELETED"],
    [{ status: "DISABLED" }, "DISABLED"],
    [{ status: "NEW\u0000STATE" }, "NEW STATE"],
  ])("%j has the status %s", async (more, status) => {
    const { items } = await showing({ id: idOf("u"), ...more }).succeed(findUsers, {});
    expect(items).toMatchObject([{ status }]);
  });

  it("cleans and cuts every text", async () => {
    const long = `\u202e${"x".repeat(500)}`;
    const { items } = await showing({
      id: JANE.id,
      displayName: long,
      email: long,
      jobTitle: long,
      status: long,
    }).succeed(findUsers, {});
    const [row] = items as Record<string, string>[];
    expect(row).toMatchObject({
      displayName: `${"x".repeat(59)}…`,
      email: `${"x".repeat(79)}…`,
      jobTitle: `${"x".repeat(39)}…`,
      status: `${"x".repeat(19)}…`,
    });
  });

  it("returns a cursor that continues the same query only", async () => {
    const bench = createBench({
      searchUsers: async (_query, { pageToken }) =>
        pageToken === undefined ? { items: [JANE], nextPageToken: "two" } : { items: [SAM] },
    });
    const first = await bench.succeed(findUsers, { query: "a", limit: 1 });
    expect(first).toMatchObject({
      items: [{ id: JANE.id }],
      more: expect.stringContaining("narrow the query"),
    });
    const second = await bench.succeed(findUsers, { query: "a", limit: 1, cursor: first.nextCursor });
    expect(second).toEqual({ items: [expect.objectContaining({ id: SAM.id })] });
    expect(bench.argsOf("searchUsers")[1]).toEqual([{ query: "a" }, { pageSize: 1, pageToken: "two" }]);
    expect(await bench.fail(findUsers, { query: "b", cursor: first.nextCursor })).toContain(
      "[invalid_arguments] cursor: is not one that this tool gave for these arguments.",
    );
  });

  it("names the roles if C1 refuses", async () => {
    const bench = createBench({ searchUsers: refusedWrite("forbidden", "C1 refused.", 403) });
    expect(await bench.fail(findUsers, {})).toContain("Read-Only Super Admin and Super Admin");
    expect(bench.audits).toEqual([]);
  });

  it.each<[Record<string, unknown>, ...string[]]>([
    [{ limit: 0 }, "- limit: must be at least 1"],
    [{ limit: 51 }, "- limit: must be at most 50"],
    [{ limit: 2.5 }, "- limit: must be an integer, got float"],
    [{ query: 1 }, "- query: must be a string, got number"],
    [{ query: "a\u0007" }, "- query: must not contain control characters"],
    [{ cursor: 1 }, "- cursor: must be a string, got number"],
    [{ email: "x@y" }, "- email: unknown argument"],
    [{ Query: "x" }, "- Query: unknown argument; did you mean query?"],
  ])("%j is refused", async (args, ...problems) => {
    await expectRefused(findUsers, args, ...problems);
  });
});
