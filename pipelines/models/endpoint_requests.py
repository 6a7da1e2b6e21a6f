"""How a prompt becomes a chat request, and what of it servers do not take.

The forced beginning of an answer (`Prompt.prefix`) has no place in the protocol. vLLM, SGLang and
llama.cpp continue a begun answer that is sent as the last message with `continue_final_message`,
and name themselves in the list of models, so they are asked that way. Everywhere else the question
ends with a sentence that asks for the beginning, and it is taken off the reply if it is there. A
model that ignores the sentence answers in its own words, which are kept: such a reply is not
conditioned on the prefix, and no request of the protocol could make it so.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from pipelines.models.interface import Conversation, Prompt, Sampling

CONTINUING = ("vllm", "sglang", "llamacpp")
"""`owned_by` of servers that continue a begun answer; their list of models is also complete."""
CONTINUE = {"add_generation_prompt": False, "continue_final_message": True}
UNCONTINUED = re.compile(
    "prefill|assistant|continue_final|add_generation|(last|final) message|thinking", re.IGNORECASE
)
"""Words of servers that do not continue an answer after all; a prompt that is too long has others,
and must not change how the rest is asked."""
QUOTES = "\\s\"'“”‘’*_`"


@dataclass(frozen=True)
class Habits:
    """What a server takes, as far as it is known."""

    continues: bool = False
    length: str = "max_tokens"  # newer OpenAI models: max_completion_tokens
    seeded: bool = True

    def after(self, said: str, sent: dict[str, Any], extra: dict[str, Any]) -> "Habits":
        """Return what is known after the server refused a request with these words.

        Only what does not change the meaning of a reply is given up: never the temperature.
        """
        if "max_completion_tokens" in said and "max_tokens" in sent:
            return replace(self, length="max_completion_tokens")
        if "seed" in sent and re.search(r"\bseed\b", said):
            return replace(self, seeded=False)
        if extra and UNCONTINUED.search(said):
            return replace(self, continues=False)
        return self

    def request(self, prompt: Prompt, sampling: Sampling, index: int) -> dict[str, Any]:
        """Return the request's fields, all but the model's name.

        Each prompt draws with a seed of its own, or equal prompts would have equal replies.
        """
        fields = {
            "messages": self.messages(prompt),
            self.length: sampling.max_new_tokens,
            "temperature": sampling.temperature,
        }
        if sampling.temperature > 0:
            fields["top_p"] = sampling.top_p
            if self.seeded:
                fields["seed"] = (sampling.seed + index) % 2**31
        return fields

    def extra(self, prompt: Prompt) -> dict[str, Any]:
        """Return the fields that OpenAI does not have."""
        return CONTINUE if self.continues and prompt.prefix else {}

    def messages(self, prompt: Prompt) -> Conversation:
        """Return the conversation with the beginning of the answer given or asked for."""
        if not prompt.prefix:
            return prompt.conversation
        if self.continues:
            return [*prompt.conversation, {"role": "assistant", "content": prompt.prefix}]
        *before, last = prompt.conversation
        asked = f"Begin your answer with exactly these words, and go on from there: {prompt.prefix}"
        return [*before, {**last, "content": f"{last['content']}\n\n{asked}"}]


def without_prefix(reply: str, prefix: str) -> str:
    """Return the reply without the prefix, if it begins with it in whatever quotes and case."""
    words = [re.escape(word).replace("'", "['’]") for word in prefix.split()]
    if words:
        begun = rf"[{QUOTES}]*" + r"\s+".join(words) + r"(?:\b|(?<!\w))"
        reply = re.sub(rf"\A{begun}", "", reply, count=1, flags=re.IGNORECASE)
    return reply.strip()
