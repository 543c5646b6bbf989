package reference

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// taskFaults are wrong in the body of a 202.
var taskFaults = []Fault{
	{Name: "task-id-missing", Requirement: "202-task-id",
		About:    "A 202 has no id.",
		document: on(202, drop("id"))},
	{Name: "task-id-renamed", Requirement: "202-task-id",
		About:    "A 202 calls the id taskId.",
		document: on(202, rename("id", "taskId"))},
	{Name: "task-id-number", Requirement: "202-task-id",
		About:    "The id of a task is a number.",
		document: on(202, put("id", func(v *visit) any { return 1000 + v.nth }))},
	{Name: "task-id-null", Requirement: "202-task-id",
		About:    "The id of a task is null.",
		document: on(202, set("id", `null`))},
	{Name: "task-id-blank", Requirement: "202-task-id",
		About:    "The id of a task is a blank string.",
		document: on(202, set("id", `"  "`))},
	{Name: "task-id-missing-once", Requirement: "202-task-id",
		About:    "The third 202 has no id.",
		document: on(202, onThird(drop("id")))},
	{Name: "task-id-constant", Requirement: "202-task-id-distinct",
		About:    "Every task has the same id.",
		document: on(202, set("id", `"2c91808474683da6017468693c260195"`))},
	{Name: "task-id-of-account", Requirement: "202-task-id-distinct",
		About:    "The id of a task is a hash of the account.",
		document: on(202, put("id", func(v *visit) any { return shortHash(v.account) }))},
	{Name: "task-id-of-fields", Requirement: "202-task-id-distinct",
		About: "The id of a task depends on which fields the body gives, not on their values.",
		document: on(202, put("id", func(v *visit) any {
			names := ""
			for _, field := range []string{externalVerificationID, unlockIDNAccount, forceProvisioning, "comment"} {
				names += strconv.FormatBool(v.unlock.fields[field] != nil)
			}
			return shortHash(v.account, names)
		}))},
	{Name: "task-id-is-account-id", Requirement: "202-task-id-not-account",
		About:    "The id of a task is that of the account.",
		document: on(202, put("id", func(v *visit) any { return v.account }))},
}

// shortHash is an id that depends on nothing but the parts.
func shortHash(parts ...string) string {
	hash := sha256.New()
	for _, part := range parts {
		hash.Write([]byte(part + "\x00"))
	}
	return hex.EncodeToString(hash.Sum(nil)[:idBytes])
}
