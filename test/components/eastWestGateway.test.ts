// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { EastWestGateway } from "../../components";
import { record, settled } from "../helpers/mocks";

describe("EastWestGateway", () => {
    it("x", async () => {
        const { result, recording } = await record(
            () =>
                new EastWestGateway("gw", {
                    network: "n",
                    address: "192.0.2.7",
                    chart: { chart: "/x" },
                    values: {},
                }),
        );
        console.log(JSON.stringify(recording, null, 1));
        console.log([...recording.outputs]);
        expect(await settled(result.address)).to.deep.equal({});
    });
});
