// What users say to the demo model: phrasings of the tasks it knows, and the questions it answers by heart.

export const readQuestions: readonly ((path: string) => string)[] = [
  path => `What does ${path} do?`,
  path => `What does ${path} do?`,
  path => `What does the file ${path} do?`,
  path => `Explain ${path}`,
  path => `Explain the file ${path}.`,
  path => `Please explain ${path} to me.`,
  path => `What is in ${path}?`,
  path => `What's in ${path}?`,
  path => `Read ${path} and tell me what it does.`,
  path => `Read ${path}`,
  path => `Open ${path}`,
  path => `Please open ${path} and tell me the first line.`,
  path => `What is the first line of ${path}?`,
  path => `Can you summarise ${path}?`,
  path => `Summarize ${path}.`,
  path => `What is the purpose of ${path}?`,
  path => `Show me ${path}`,
  path => `Look at ${path} and describe it.`,
  path => `Describe ${path} please.`,
  path => `Have a look at ${path}.`,
  path => `Tell me about ${path}`,
  path => `How does ${path} work?`,
  path => `What is defined in ${path}?`,
  path => `What can I find in ${path}?`,
  path => `I don't understand ${path}. What is it for?`,
  path => `${path}: what is this?`,
  path => `Which function is in ${path}?`,
  path => `Review ${path}.`,
]

export const listQuestions: readonly ((folder: string) => string)[] = [
  folder => `List the files in ${folder}`,
  folder => `What files are in ${folder}?`,
  folder => `Which files are in the folder ${folder}?`,
  folder => `Show me the folder ${folder}`,
  folder => `ls ${folder}`,
  folder => `List ${folder}.`,
  folder => `Which files does ${folder} contain?`,
  folder => `What is in the folder ${folder}?`,
  folder => `What does the directory ${folder} hold?`,
  folder => `List the folder ${folder}, please.`,
]

export const searchQuestions: readonly ((query: string) => string)[] = [
  query => `Where is ${query} used?`,
  query => `Where is ${query} defined?`,
  query => `Search for ${query}`,
  query => `Find ${query}`,
  query => `Find all uses of ${query}.`,
  query => `grep ${query}`,
  query => `Which files mention ${query}?`,
  query => `Who calls ${query}?`,
  query => `Where do I find ${query}?`,
  query => `Search the workspace for ${query}.`,
]

export const selectionQuestions: readonly ((path: string, language: string, code: string) => string)[] = [
  (_, language, code) => `Explain this code:\n\n\`\`\`${language}\n${code}\n\`\`\``,
  (_, language, code) => `What does this do?\n\n\`\`\`${language}\n${code}\n\`\`\``,
  (path, language, code) => `Explain the selected code of ${path}:\n\n\`\`\`${language}\n${code}\n\`\`\``,
  (path, language, code) => `Explain this code from \`${path}\`:\n\n\`\`\`${language}\n${code}\n\`\`\``,
  (path, language, code) => `\`\`\`${language} ${path}\n${code}\n\`\`\`\n\nExplain this selection.`,
]

export type FixedQuestion = {
  readonly asked: readonly string[]
  readonly thought: string
  readonly answer: string
}

const general = "A general question, no tool needed."

function known(asked: string | readonly string[], answer: string, thought = general): FixedQuestion {
  return { asked: typeof asked === "string" ? [asked] : asked, thought, answer }
}

export const greeting = known(
  ["Hello", "Hi", "Hey", "Hello!", "Hi there", "Good morning", "Hello Osprey"],
  "Hello! I am Osprey's demo model. Ask me about a file of this workspace, for example: What does src/main.ts do?",
  "The user greets me.",
)

export const abilities = known(
  [
    "What can you do?",
    "What can you do",
    "What can you help me with?",
    "Help",
    "How can you help me?",
    "What are you able to do?",
  ],
  "I can read files, list folders and search this workspace. I am a tiny demo model: I show how Osprey works, but I can't really code. Choose gpt-oss for real work.",
  "The user asks what I can do.",
)

export const fixedQuestions: readonly FixedQuestion[] = [
  greeting,
  abilities,
  known(
    ["Thanks", "Thank you", "Thanks!", "Thank you!", "Great, thanks"],
    "You are welcome!",
    "The user thanks me.",
  ),
  known(
    ["Who are you?", "What are you?", "What is your name?", "Which model are you?"],
    "I am Osprey's tiny demo model. I have the architecture of gpt-oss, but almost none of its knowledge.",
    "The user asks who I am.",
  ),
  known(["Bye", "Goodbye", "See you"], "Goodbye!", "The user says goodbye."),
  known(
    "What is a closure?",
    "A closure is a function together with the variables of the scope in which it was created. It can use them even after that scope has ended.",
  ),
  known(
    "What is recursion?",
    "Recursion is when a function calls itself on a smaller problem until it reaches a base case.",
  ),
  known(
    "What is TypeScript?",
    "TypeScript is JavaScript with static types. The compiler checks the types and emits plain JavaScript.",
  ),
  known(
    "What is JavaScript?",
    "JavaScript is the language of web pages. It also runs on servers, in Node.js.",
  ),
  known("What is Python?", "Python is a language that is easy to read. Blocks are marked by indentation."),
  known(
    "What is a promise?",
    "A promise is an object for a value that will be there later. Use `await` to wait for it.",
  ),
  known("What is JSON?", "JSON is a text format for objects, arrays, strings, numbers, booleans and null."),
  known("What is git?", "Git is a version control system. It records snapshots of your files as commits."),
  known(
    "What is a unit test?",
    "A unit test checks one small part of a program, for example a single function.",
  ),
  known(
    "What is an interface?",
    "An interface names the fields and methods that an object must have. It has no code of its own.",
  ),
  known("What is a class?", "A class describes objects: their fields and the methods that work on them."),
  known("What is an array?", "An array is a list of values, each with a number that counts from 0."),
  known("What is a variable?", "A variable is a name for a value."),
  known(
    "What is a function?",
    "A function is a named piece of code that takes arguments and returns a value.",
  ),
  known(
    "What is a loop?",
    "A loop runs the same code several times, for example once for each item of a list.",
  ),
  known(
    "What is a regular expression?",
    "A regular expression is a pattern that describes texts. It is used to search and replace.",
  ),
  known("What is an API?", "An API is the set of functions through which one program uses another."),
  known("What is Osprey?", "Osprey is a coding assistant for VS Code, built around the open models gpt-oss."),
  known("What is gpt-oss?", "gpt-oss is a family of open-weight language models from OpenAI."),
  known(
    "What is Harmony?",
    "Harmony is the conversation format of gpt-oss: messages with roles and channels.",
  ),
  known(
    "Tell me a joke",
    "There are 10 kinds of people: those who understand binary and those who don't.",
    "The user wants a joke.",
  ),
  known(
    "Write a function that adds two numbers in TypeScript",
    "```ts\nfunction add(a: number, b: number): number {\n  return a + b\n}\n```",
  ),
  known("Write a hello world in Python", '```py\nprint("Hello, world!")\n```'),
  known(
    "Please give your answer now.",
    "I have no answer to that. Ask me about a file of this workspace.",
    "There is nothing to look up.",
  ),
]
