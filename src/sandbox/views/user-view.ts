import type { UserRow } from "../state.ts";

/** A User as the API shows it. Every field is present: unset scalars are "", unset lists [] or null. */
export function showUser(user: UserRow) {
  return {
    id: user.id,
    displayName: user.displayName,
    email: user.email,
    emails: user.emails,
    username: user.email,
    usernames: [user.email],
    status: user.status,
    directoryStatus: user.status,
    type: user.type,
    origin: user.origin,
    department: user.department,
    jobTitle: user.jobTitle,
    employmentStatus: "",
    employmentType: "",
    employeeIds: [],
    managerIds: user.managerIds,
    roleIds: user.roleIds,
    directoryIds: [],
    delegatedUserId: "",
    profile: null,
    departmentSources: null,
    directoryStatusSources: null,
    emailSources: null,
    employeeIdSources: null,
    employmentStatusSources: null,
    employmentTypeSources: null,
    jobTitleSources: null,
    managerSources: null,
    usernameSources: null,
    createdAt: user.createdAt,
    updatedAt: user.createdAt,
    deletedAt: user.deletedAt,
  };
}

/** What a Basic User sees of other people: the id, and blanks. */
export function showBlankUser(user: UserRow): ReturnType<typeof showUser> {
  return {
    ...showUser(user),
    displayName: "",
    email: "",
    emails: [],
    username: "",
    usernames: [],
    department: "",
    jobTitle: "",
    managerIds: [],
    roleIds: [],
  };
}

/** The wrapper in which searches and look-ups return a user. */
export function showUserView(user: ReturnType<typeof showUser>) {
  return {
    user,
    userId: user.id,
    rolesPath: "",
    managersPath: "",
    directoriesPath: "",
    delegatedUserPath: "",
    objectPermissions: null,
  };
}
