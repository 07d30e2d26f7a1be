import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules", "dist", "*.mjs", "test"] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/naming-convention": [
        "error",
        { selector: "function", format: ["camelCase"] },
        { selector: "typeLike", format: ["PascalCase"] },
      ],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Texts come from outside: build elements instead." },
        { property: "outerHTML", message: "Texts come from outside: build elements instead." },
        { property: "insertAdjacentHTML", message: "Texts come from outside: build elements instead." },
      ],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
);
