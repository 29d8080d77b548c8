import { lauxlib, lua, lualib, to_luastring } from "fengari";
import type { Reply } from "./stand-in-data.ts";

type State = ReturnType<typeof lauxlib.luaL_newstate>;

/** Runs scripts as Redis does: `KEYS`, `ARGV`, `redis.call`. */
export function createLua(call: (name: string, args: readonly string[]) => Reply) {
  const state = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(state);
  lua.lua_createtable(state, 0, 1);
  lua.lua_pushcfunction(state, (inner: State) => {
    const args = Array.from({ length: lua.lua_gettop(inner) }, (_, index) => readText(inner, index + 1));
    try {
      push(inner, call(args[0] ?? "", args.slice(1)));
      return 1;
    } catch (error) {
      return lauxlib.luaL_error(inner, to_luastring((error as Error).message));
    }
  });
  lua.lua_setfield(state, -2, to_luastring("call"));
  lua.lua_setglobal(state, to_luastring("redis"));

  function setTexts(name: string, texts: readonly string[]): void {
    push(state, [...texts]);
    lua.lua_setglobal(state, to_luastring(name));
  }

  /** Compiled scripts are kept in the registry by their code, as in Redis, because compiling is most of the work. */
  const compiled = new Map<string, number>();

  /** Pushes the function onto the stack, or the error. */
  function load(code: string): boolean {
    const known = compiled.get(code);
    if (known !== undefined) {
      lua.lua_rawgeti(state, lua.LUA_REGISTRYINDEX, known);
      return true;
    }
    if (lauxlib.luaL_loadstring(state, to_luastring(code)) !== 0) return false;
    lua.lua_pushvalue(state, -1);
    compiled.set(code, lauxlib.luaL_ref(state, lua.LUA_REGISTRYINDEX));
    return true;
  }

  return (code: string, keys: readonly string[], args: readonly string[]): Reply => {
    setTexts("KEYS", keys);
    setTexts("ARGV", args);
    const isDone = load(code) && lua.lua_pcall(state, 0, 1, 0) === 0;
    const result = isDone ? read(state, -1) : new Error(`ERR ${lua.lua_tojsstring(state, -1)}`);
    lua.lua_settop(state, 0);
    if (result instanceof Error) throw result;
    return result;
  };
}

/** Numbers in Redis's format: Lua 5.1 has no integers. */
function readText(state: State, index: number): string {
  if (lua.lua_type(state, index) !== lua.LUA_TNUMBER) return lua.lua_tojsstring(state, index);
  return String(Number(lua.lua_tonumber(state, index).toPrecision(17)));
}

function push(state: State, reply: Reply): void {
  if (reply === null) lua.lua_pushboolean(state, false);
  else if (typeof reply === "number") lua.lua_pushnumber(state, reply);
  else if (typeof reply === "string") lua.lua_pushstring(state, to_luastring(reply));
  else {
    lua.lua_createtable(state, reply.length, 0);
    for (const [index, item] of reply.entries()) {
      push(state, item);
      lua.lua_rawseti(state, -2, index + 1);
    }
  }
}

/** Redis truncates numbers to integers. */
function read(state: State, index: number): Reply {
  const type = lua.lua_type(state, index);
  if (type === lua.LUA_TNUMBER) return Math.trunc(lua.lua_tonumber(state, index));
  if (type === lua.LUA_TSTRING) return lua.lua_tojsstring(state, index);
  if (type === lua.LUA_TBOOLEAN) return lua.lua_toboolean(state, index) ? 1 : null;
  if (type !== lua.LUA_TTABLE) return null;
  return Array.from({ length: lua.lua_rawlen(state, index) }, (_, item) => {
    lua.lua_rawgeti(state, index, item + 1);
    const value = read(state, -1);
    lua.lua_settop(state, -2);
    return value;
  });
}
