import { describe, expect, it } from "vitest";
import type { z } from "zod/v3";
import { id, limit, name, nameOrId, prose, roleSlug, userRef, userRefs } from "../../../src/tools/fields.ts";
import { idOf } from "../../support/fake-api.ts";
import { NOT_IDS } from "../../support/tool-bench.ts";

const takes = (schema: z.ZodTypeAny, value: unknown) => schema.safeParse(value).success;

describe("id", () => {
  it.each([idOf("a"), "a".repeat(27), "0123456789ABCDEFGHIJKLMNOPQ"])("accepts %s", (value) => {
    expect(takes(id, value)).toBe(true);
  });

  it.each(NOT_IDS)("refuses %j", (value) => {
    expect(takes(id, value)).toBe(false);
  });
});

describe("userRef", () => {
  it.each([
    idOf("a"),
    "jane@acme.example",
    "Jane+tag@acme.example",
    "o'brien@localhost",
    "jané@exämple.org",
    `${"a".repeat(64)}@x`,
  ])("accepts %s", (value) => {
    expect(takes(userRef, value)).toBe(true);
  });

  it.each([
    ...NOT_IDS,
    "jane",
    "jane@",
    "@acme.example",
    "a@b@c",
    "jane doe@acme.example",
    "jane@acme.example\n",
    "jane@acme\u0000.example",
    "jane@acme\u007f.example",
    "jane@\ud83d.example",
    `${"a".repeat(65)}@x`,
    `a@${"x".repeat(256)}`,
  ])("refuses %j", (value) => {
    expect(takes(userRef, value)).toBe(false);
  });

  it.each([
    " jane@acme.example",
    "jane@acme.example \t",
    "\u00a0jane@acme.example\u200b",
    "jane@ac\u00adme.example",
  ])("reads what a reader sees of %j", (value) => {
    expect(userRef.parse(value)).toBe("jane@acme.example");
  });

  it("may occur at most 32 times in a list", () => {
    const refs = (length: number) => Array.from({ length }, (_, index) => `user${index}@acme.example`);
    expect(takes(userRefs, [])).toBe(true);
    expect(takes(userRefs, refs(32))).toBe(true);
    expect(takes(userRefs, refs(33))).toBe(false);
  });
});

describe("roleSlug", () => {
  it.each(["primary", "a", "0", "break-glass_2", "a".repeat(64)])("accepts %s", (value) => {
    expect(takes(roleSlug, value)).toBe(true);
  });

  it.each([
    "",
    ".",
    "..",
    "-a",
    "_a",
    "a/b",
    "a b",
    "%2e",
    "a\n",
    "é",
    "a".repeat(65),
    1,
    null,
  ])("refuses %j", (value) => {
    expect(takes(roleSlug, value)).toBe(false);
  });
});

describe("prose and name", () => {
  it.each<[string, { prose: boolean; name: boolean }]>([
    ["Acme CRM", { prose: true, name: true }],
    ["漢字 🙂", { prose: true, name: true }],
    ["tab\there", { prose: true, name: false }],
    ["two\nlines", { prose: true, name: false }],
    ["two\r\nlines", { prose: true, name: false }],
    ["", { prose: true, name: false }],
    [" \t ", { prose: true, name: false }],
    ["bell\u0007", { prose: false, name: false }],
    ["escape\u001b[31m", { prose: false, name: false }],
    ["delete\u007f", { prose: false, name: false }],
    ["half \ud83d", { prose: false, name: false }],
  ])("%j", (value, expected) => {
    expect({ prose: takes(prose, value), name: takes(name, value) }).toEqual(expected);
  });
});

it("limit is a whole number from 1 to 50", () => {
  expect([1, 50, undefined].map((value) => takes(limit, value))).toEqual([true, true, true]);
  expect([0, 51, 1.5, "1", null].map((value) => takes(limit, value))).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});

describe("nameOrId", () => {
  it.each([
    "Acme CRM",
    " Acme\u00a0CRM ",
    "Acme\u200b  CRM\u202e",
    "❤\ufe0f",
    "a".repeat(1_024),
  ])("accepts %j", (value) => {
    expect(nameOrId.parse(value)).toBe(value);
  });

  it.each([
    "",
    " ",
    "\u200b",
    "\u3164\u00a0",
    "a\nb",
    "a\u0007",
    "a".repeat(1_025),
  ])("refuses %j", (value) => {
    expect(nameOrId.safeParse(value).error?.issues).toHaveLength(1);
  });
});

it("an id is taken without the blanks around it", () => {
  for (const around of [" ID", "ID\t ", "\tID"]) {
    const value = around.replace("ID", idOf("a"));
    for (const schema of [id, nameOrId, userRef]) expect(schema.parse(value)).toBe(idOf("a"));
  }
  // Comes with what is copied from a web page.
  for (const schema of [nameOrId, userRef]) expect(schema.parse(`\u00a0${idOf("a")}\u200b`)).toBe(idOf("a"));
  expect(roleSlug.parse(" primary ")).toBe("primary");
});

it("a name is trimmed", () => {
  expect(name.parse(" \tAcme CRM  ")).toBe("Acme CRM");
  expect(takes(name, "Acme  CRM")).toBe(false);
  expect(takes(name, "Acme\u00a0CRM")).toBe(false);
});
