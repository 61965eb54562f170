// SPDX-License-Identifier: Apache-2.0
const eslint = require("@eslint/js");
const tseslint = require("typescript-eslint");

module.exports = tseslint.config(
    { ignores: ["node_modules/"] },
    eslint.configs.recommended,
    {
        files: ["**/*.ts"],
        extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
        languageOptions: { parserOptions: { projectService: true } },
        rules: {
            // Resources are made for what they do, not for their handle.
            "no-new": "off",
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: false }],
            "no-restricted-imports": [
                "error",
                {
                    name: "@pulumi/kubernetes",
                    message: "Take the class from components/kubernetes.",
                },
            ],
            // chai's assertions are properties.
            "@typescript-eslint/no-unused-expressions": "error",
        },
    },
    {
        files: ["**/*.js"],
        languageOptions: {
            sourceType: "commonjs",
            globals: { require: "readonly", module: "writable", process: "readonly" },
        },
    },
);
