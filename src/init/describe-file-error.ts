/** Why a file operation failed, as the end of a sentence. */
export function describeFileError(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "this user may not do that there";
    case "ENOENT":
      return "it does not exist";
    case "ENOTDIR":
      return "a part of its path is a file, not a folder";
    case "ENOSPC":
      return "the disk is full";
    case "EROFS":
      return "the disk is read-only";
    case "EBUSY":
      return "another program holds it open";
    case "ELOOP":
      return "its links lead in a circle";
    default:
      return code === "" ? (error as Error).message : code;
  }
}
