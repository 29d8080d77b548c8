/** The few functions of fengari that the stand-in uses; the package has no types of its own. */
declare module "fengari" {
  type State = object;
  export const lua: {
    LUA_TNIL: number;
    LUA_TBOOLEAN: number;
    LUA_TNUMBER: number;
    LUA_TSTRING: number;
    LUA_TTABLE: number;
    LUA_REGISTRYINDEX: number;
    lua_type(state: State, index: number): number;
    lua_gettop(state: State): number;
    lua_settop(state: State, index: number): void;
    lua_pcall(state: State, args: number, results: number, handler: number): number;
    lua_pushstring(state: State, text: Uint8Array): void;
    lua_pushnumber(state: State, value: number): void;
    lua_pushboolean(state: State, value: boolean): void;
    lua_pushvalue(state: State, index: number): void;
    lua_pushcfunction(state: State, run: (state: State) => number): void;
    lua_toboolean(state: State, index: number): boolean;
    lua_tonumber(state: State, index: number): number;
    lua_tojsstring(state: State, index: number): string;
    lua_createtable(state: State, items: number, fields: number): void;
    lua_rawgeti(state: State, index: number, item: number): number;
    lua_rawseti(state: State, index: number, item: number): void;
    lua_rawlen(state: State, index: number): number;
    lua_setglobal(state: State, name: Uint8Array): void;
    lua_setfield(state: State, index: number, name: Uint8Array): void;
  };
  export const lauxlib: {
    luaL_newstate(): State;
    luaL_loadstring(state: State, code: Uint8Array): number;
    luaL_ref(state: State, index: number): number;
    luaL_error(state: State, message: Uint8Array): number;
  };
  export const lualib: { luaL_openlibs(state: State): void };
  export function to_luastring(text: string): Uint8Array;
}
