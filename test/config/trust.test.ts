// SPDX-License-Identifier: Apache-2.0
import { beside, describeRefusals } from "../helpers/refusals";

const RENEWAL_RULE = "must be a whole number of days from 1 to 36500. 365 is one year.";
const ROOT_RULE =
    "must be the number of a root, from 1 to 1000. It goes up by one when a rotation ends.";
const ROTATION_RULE =
    "must be trust-next or issue-next. " +
    "trust-next comes first; after issue-next, add one to trust.root and leave it out.";
const CERTIFICATES_RULE =
    "must be the path of a file with root certificates, PEM. For example ./trust/roots.pem.";
const INTERMEDIATES_RULE = "must be the path of a folder. For example ./trust/intermediates.";
const HOURS_RULE = "must be a whole number of hours from 2 to 87600. For example 24.";
const NOTICE_RULE = "must be a whole number of hours from 1 to 87600. For example 8.";
const OWN_ROOTS =
    "is about roots of the fleet's own, and trust.externalRoot is given. " +
    "Leave it out: what the files of trust.externalRoot hold says which roots are trusted.";

const external = { certificates: "roots.pem", intermediates: "signed" };

const badRenewals = beside("trust", [
    [
        "a renewal of no days",
        { intermediateRenewalDays: 0 },
        `trust.intermediateRenewalDays: 0 ${RENEWAL_RULE}`,
    ],
    [
        "a renewal's days in quotes",
        { intermediateRenewalDays: "9" },
        `trust.intermediateRenewalDays: "9" ${RENEWAL_RULE}`,
    ],
    [
        "a renewal from the first day on",
        { intermediateValidityDays: 30, intermediateRenewalDays: 30 },
        "trust.intermediateRenewalDays: 30 must be below trust.intermediateValidityDays (30), " +
            "or every update renews the intermediates. Make it smaller, or leave it out for a third of the validity.",
    ],
]);

const badRoots = beside("trust", [
    ["a root numbered from 0", { root: 0 }, `trust.root: 0 ${ROOT_RULE}`],
    ["the 1001st root", { root: 1001 }, `trust.root: 1001 ${ROOT_RULE}`],
    ["half a root", { root: 1.5 }, `trust.root: 1.5 ${ROOT_RULE}`],
    ["a root's number in quotes", { root: "1" }, `trust.root: "1" ${ROOT_RULE}`],
    ["another stage", { rotation: "next" }, `trust.rotation: "next" ${ROTATION_RULE}`],
    ["a stage that is no text", { rotation: true }, `trust.rotation: true ${ROTATION_RULE}`],
]);

const badExternalRoots = beside("trust", [
    [
        "an external root that is no map",
        { externalRoot: "roots.pem" },
        'trust.externalRoot: "roots.pem" must be a map. Its keys are: certificates, intermediates.',
    ],
    [
        "an external root without certificates",
        { externalRoot: { intermediates: "x" } },
        `trust.externalRoot.certificates: nothing ${CERTIFICATES_RULE}`,
    ],
    [
        "an external root without intermediates",
        { externalRoot: { certificates: "x" } },
        `trust.externalRoot.intermediates: nothing ${INTERMEDIATES_RULE}`,
    ],
    [
        "a path without a character",
        { externalRoot: { ...external, certificates: "" } },
        `trust.externalRoot.certificates: "" ${CERTIFICATES_RULE}`,
    ],
    [
        "a path with a NUL",
        { externalRoot: { ...external, intermediates: "a\0b" } },
        `trust.externalRoot.intermediates: "a\\u0000b" ${INTERMEDIATES_RULE}`,
    ],
    [
        "a misspelt key of an external root",
        { externalRoot: { ...external, certificate: "x" } },
        'trust.externalRoot: ["certificate"] has a key that is not known: "certificate". ' +
            'Did you mean "certificates" instead of "certificate"? Known: certificates, intermediates.',
    ],
    [
        "an external root with a number",
        { externalRoot: external, root: 2 },
        `trust.root: 2 ${OWN_ROOTS}`,
    ],
    [
        "an external root with a stage",
        { externalRoot: external, rotation: "trust-next" },
        `trust.rotation: "trust-next" ${OWN_ROOTS}`,
    ],
]);

const badTokens = beside("trust", [
    ["tokens for an hour", { edgeTokenHours: 1 }, `trust.edgeTokenHours: 1 ${HOURS_RULE}`],
    [
        "tokens for over ten years",
        { edgeTokenHours: 87_601 },
        `trust.edgeTokenHours: 87601 ${HOURS_RULE}`,
    ],
    [
        "tokens for a time in words",
        { edgeTokenHours: "24h" },
        `trust.edgeTokenHours: "24h" ${HOURS_RULE}`,
    ],
    [
        "no notice at all",
        { edgeTokenHours: 24, edgeTokenNoticeHours: 0 },
        `trust.edgeTokenNoticeHours: 0 ${NOTICE_RULE}`,
    ],
    [
        "half an hour's notice",
        { edgeTokenHours: 24, edgeTokenNoticeHours: 0.5 },
        `trust.edgeTokenNoticeHours: 0.5 ${NOTICE_RULE}`,
    ],
    [
        "a notice as long as a token's life",
        { edgeTokenHours: 24, edgeTokenNoticeHours: 24 },
        "trust.edgeTokenNoticeHours: 24 must be below trust.edgeTokenHours (24), " +
            "or every update replaces the tokens. Make it smaller, or leave it out for a third of their life.",
    ],
    [
        "a notice of tokens that do not expire",
        { edgeTokenNoticeHours: 8 },
        "trust.edgeTokenNoticeHours: 8 means nothing without trust.edgeTokenHours: tokens do not expire then. " +
            "Give tokens a life, for example trust.edgeTokenHours: 24, or leave it out.",
    ],
]);

describeRefusals("config of the intermediates' renewal", badRenewals);
describeRefusals("config of the roots", badRoots);
describeRefusals("config of an external root", badExternalRoots);
describeRefusals("config of the edges' tokens", badTokens);
