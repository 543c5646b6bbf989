package contract

import "testing"

func TestTaskRules(t *testing.T) {
	const text = "a string that is not blank"
	id := func(json string, changes ...change) reply {
		return right(202, append([]change{says(`{"id":` + json + `}`)}, changes...)...)
	}
	missing := func(about, seen string, r reply) ruleTest {
		return wrong(about, "202-task-id", "/id", text, seen, r)
	}
	other := "https://tenant.example/v2025/accounts/other/unlock"
	again := func(about string, first, second reply) ruleTest {
		return wrong(about, "202-task-id-distinct", "/id", "the id of a task of its own",
			`"1", given to exchange 2, which asked for something else`, id(`"0"`), first, second)
	}
	runRuleTests(t, []ruleTest{
		missing("no id", "nothing", right(202, says(`{}`))),
		missing("another name", "nothing", right(202, says(`{"taskId":"1"}`))),
		missing("another case", "nothing", right(202, says(`{"ID":"1"}`))),
		missing("an empty id", `string ""`, id(`""`)),
		missing("a blank id", `string " \n"`, id(`" \n"`)),
		missing("null", "null", id(`null`)),
		missing("a number", "number 12", id(`12`)),
		missing("an object", "object of 0 members", id(`{}`)),
		legal("ids of any form", id(`"1"`), id(`"f47ac10b-58cc-4372-a567-0e02b2c3d479"`), id(`"unlock task №/7?v=1"`)),

		again("an empty body and a field", id(`"1"`, sends(`{}`)), id(`"1"`, sends(`{"unlockIDNAccount":true}`))),
		again("two fields", id(`"1"`, sends(`{"forceProvisioning":true}`)), id(`"1"`, sends(`{"unlockIDNAccount":true}`))),
		again("nothing and the third field", id(`"1"`, sends(`{}`)), id(`"1"`, sends(`{"forceProvisioning":true}`))),
		again("two values", id(`"1"`, sends(`{"externalVerificationId":"a"}`)), id(`"1"`, sends(`{"externalVerificationId":"b"}`))),
		again("two accounts", id(`"1"`), id(`"1"`, to(other))),
		legal("different ids", id(`"1"`, sends(`{}`)), id(`"2"`, sends(`{"unlockIDNAccount":true}`))),
		legal("the same request again", id(`"1"`, sends(`{"unlockIDNAccount":true}`)), id(`"1"`, sends(" { \"unlock\\u0049DNAccount\" : true } "))),
		legal("a field that is false, null or absent", id(`"1"`, sends(`{}`)), id(`"1"`, sends(`{"unlockIDNAccount":false,"forceProvisioning":null,"externalVerificationId":null}`))),
		legal("a field that is not known", id(`"1"`, sends(`{"unlockIDNAccount":true}`)), id(`"1"`, sends(`{"comment":"x","unlockIDNAccount":true}`))),
		legal("bodies that are no objects", id(`"1"`, sends(`[]`)), id(`"1"`, sends(``))),
		{"an id of three", []reply{id(`"1"`), id(`"1"`, to(other)), id(`"1"`, sends(`{"unlockIDNAccount":true}`)), id(`"1"`)}, []blame{
			{"202-task-id-distinct", "/id", "the id of a task of its own", `"1", given to exchange 1, which asked for something else`},
			{"202-task-id-distinct", "/id", "the id of a task of its own", `"1", given to exchange 1, which asked for something else`}}},

		wrong("the account's id", "202-task-id-not-account", "/id", "the id of the task", `"`+account+`", the id of the account`, id(`"`+account+`"`)),
		wrong("the account's id, escaped in the path", "202-task-id-not-account", "/id", "the id of the task", `"a b", the id of the account`,
			id(`"a b"`, to("https://tenant.example/accounts/a%20b/unlock"))),
		legal("an id with the account's in it", id(`"task-`+account+`"`)),
		legal("the id of the account of another URL", id(`"x"`, to("https://tenant.example/other/x/unlock"))),
	})
}
