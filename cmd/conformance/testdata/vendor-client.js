// Calls "Unlock Account" with the vendor's own client, sailpoint-api-client, and prints what
// each call came to: one line of JSON with the status and the body.
//
//   vendor-client.js BASE-URL
//
// The calls are lines of standard input, {"token": ..., "id": ..., "body": ...}, so that no token
// stands in the arguments.
"use strict";

const {createInterface} = require("node:readline");
const {Configuration, AccountsV2024Api} = require("sailpoint-api-client");

async function unlock(baseurl, {token, id, body}) {
  const api = new AccountsV2024Api(new Configuration({baseurl, accessToken: token}));
  try {
    const {status, data} = await api.unlockAccount({id, accountUnlockRequestV2024: body});
    return {status, data};
  } catch (error) {
    if (!error.response) {
      return {failed: error.code || error.message};
    }
    return {status: error.response.status, data: error.response.data};
  }
}

async function main() {
  for await (const line of createInterface({input: process.stdin})) {
    console.log(JSON.stringify(await unlock(process.argv[2], JSON.parse(line))));
  }
}

main();
