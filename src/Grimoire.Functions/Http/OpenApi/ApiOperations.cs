namespace Grimoire.Functions.Http.OpenApi;

/// <summary>Every operation of the API. A test compares this with the routes of the functions, in both directions.</summary>
static class ApiOperations
{
    static readonly string[] Long = ["after", "limit", "wait"];

    public static IReadOnlyList<Operation> All { get; } =
    [
        new("put", "/spells/{slug}", "spells", "Saves a spell: as its next version if it has changed.")
        {
            Query = ["account"], Headers = ["If-Match"], Body = "SpellDocument", Yaml = true, Success = [(200, "SavedSpell"), (201, "SavedSpell")], Problems = [400, 412, 413, 415, 422],
        },
        new("get", "/spells/{slug}", "spells", "The newest version of a spell.") { Query = ["account"], Success = [(200, "SpellVersion")], Problems = [400, 404] },
        new("delete", "/spells/{slug}", "spells", "Removes a spell. Casts that have begun go on.") { Query = ["account"], Success = [(204, null)], Problems = [400, 404] },
        new("get", "/spells", "spells", "The spells, by slug.") { Query = ["account", "top", "continuation"], Success = [(200, "SpellList")], Problems = [400] },
        new("get", "/spells/{slug}/versions", "spells", "The versions of a spell, oldest first.") { Query = ["account"], Success = [(200, "VersionList")], Problems = [400, 404] },
        new("get", "/spells/{slug}/versions/{version}", "spells", "One version of a spell.") { Query = ["account"], Success = [(200, "SpellVersion")], Problems = [400, 404] },
        new("post", "/spells/validate", "spells", "Checks a spell without saving it; with inputs, tells what a cast would do.")
        {
            Query = ["account"], Body = "ValidationRequest", Yaml = true, Success = [(200, "Validation")], Problems = [400, 413, 415],
        },
        new("post", "/spells/{slug}/casts", "spells", "Casts a saved spell.")
        {
            Query = ["account"], Headers = ["Idempotency-Key"], Body = "CastOfSaved", BodyIsOptional = true, Success = [(202, "CastStarted")], Problems = [400, 404, 409, 413, 415, 422],
        },

        new("post", "/casts", "casts", "Casts a spell that comes with the request, or a saved one.")
        {
            Query = ["account"], Headers = ["Idempotency-Key"], Body = "CastRequest", Success = [(202, "CastStarted")], Problems = [400, 404, 409, 413, 415, 422],
        },
        new("get", "/casts", "casts", "The casts, newest first.")
        {
            Query = ["account", "status", "spell", "cook", "from", "to", "children", "top", "continuation"], Success = [(200, "CastList")], Problems = [400, 404],
        },
        new("get", "/casts/{id}", "casts", "A cast: its status, steps, artifacts, cost and output.") { Success = [(200, "Cast")], Problems = [400, 404] },
        new("delete", "/casts/{id}", "casts", "Removes a cast that has ended, and all that it has left behind.") { Success = [(204, null)], Problems = [400, 404, 409] },
        new("get", "/casts/{id}/events", "casts", "What happened in a cast, from a place on; waits for more.") { Query = Long, Success = [(200, "EventPage")], Problems = [400, 404] },
        new("get", "/casts/{id}/steps", "casts", "The steps of a cast with all their attempts.") { Success = [(200, "StepList")], Problems = [400, 404] },
        new("get", "/casts/{id}/steps/{step}", "casts", "One step of a cast with all its attempts.") { Success = [(200, "Step")], Problems = [400, 404] },
        new("get", "/approvals", "casts", "What steps ask people, and nobody has answered yet.")
        {
            Query = ["account", "top", "continuation"], Success = [(200, "ApprovalList")], Problems = [400],
        },
        new("post", "/casts/{id}/steps/{step}/answer", "casts", "Answers what a step asks a person.")
        {
            Body = "ApprovalAnswer", Success = [(202, "ApprovalTaken")], Problems = [400, 404, 409, 413, 415],
        },
        new("get", "/casts/{id}/artifacts", "casts", "What a cast has made.") { Success = [(200, "ArtifactList")], Problems = [400, 404] },
        Artifact("get", "casts"),
        Artifact("head", "casts"),
        Control("cancel", "Cancels a cast: what runs is finished, nothing new starts."),
        Control("pause", "Pauses a cast: what runs is finished, nothing new starts until it is resumed."),
        Control("resume", "Lets a paused cast go on."),

        new("post", "/casts/{id}/recover", "casts", "Gets a cast going again that does not go on, or ends it.")
        {
            Body = "Recovery", BodyIsOptional = true, Success = [(202, "Recovered")], Problems = [400, 404, 409, 413, 415],
        },

        new("post", "/casts/{id}/redrive", "casts", "Does a cast again that has ended, from a step on, with what was paid for before it.")
        {
            Headers = ["Idempotency-Key"], Body = "Redrive", BodyIsOptional = true, Success = [(202, "CastStarted")], Problems = [400, 404, 409, 413, 415, 422],
        },
        new("post", "/casts/redrive", "casts", "Does again what a filter finds, a page at a time.")
        {
            Query = ["account", "status", "spell", "from", "to", "top", "continuation"], Headers = ["Idempotency-Key"], Body = "RedriveMany", BodyIsOptional = true,
            Success = [(200, "Redriven"), (202, "Redriven")], Problems = [400, 413, 415],
        },

        new("post", "/cooks", "cooks", "Casts a spell many times, over a table of inputs.")
        {
            Query = ["account", .. CookRequests.Parameters], Headers = ["Idempotency-Key"], Body = "CookRequest", Success = [(202, "CookStarted")], Problems = [400, 404, 409, 413, 415, 422],
        },
        new("get", "/cooks", "cooks", "The cooks, newest first.") { Query = ["account", "status", "top", "continuation"], Success = [(200, "CookList")], Problems = [400] },
        new("get", "/cooks/{id}", "cooks", "A cook: its status, progress and cost.") { Success = [(200, "Cook")], Problems = [400, 404] },
        new("get", "/cooks/{id}/pieces", "cooks", "The pieces of a cook, in their order.")
        {
            Query = ["status", "top", "continuation"], Success = [(200, "PieceList")], Problems = [400, 404],
        },
        new("get", "/cooks/{id}/events", "cooks", "What happened in a cook, from a place on; waits for more.") { Query = Long, Success = [(200, "EventPage")], Problems = [400, 404] },
        new("get", "/cooks/{id}/results", "cooks", "The pieces of a cook with inputs, outputs, errors and costs: a table, as a file.")
        {
            Query = ["format", "status"], Success = [(200, null)], Problems = [400, 404], IsBinary = true,
        },
        new("get", "/cooks/{id}/artifacts", "cooks", "What the pieces of a cook have made: a ZIP archive with a list of its files.")
        {
            Query = ["status"], Success = [(200, null)], Problems = [400, 404], IsBinary = true,
        },
        new("delete", "/cooks/{id}", "cooks", "Removes a cook that has ended, with the casts of its pieces: it is gone at once, and what it has left behind goes in the background.")
        {
            Success = [(202, "CookRemoval")], Problems = [400, 404, 409],
        },
        CookControl("cancel", "Cancels a cook: the casts of its pieces are cancelled, nothing new begins."),
        CookControl("pause", "Pauses a cook: what runs is finished, nothing new begins until it is resumed."),
        CookControl("resume", "Lets a paused cook go on."),
        new("post", "/cooks/{id}/retryFailed", "cooks", "Casts again the pieces of a cook that have not completed.") { Success = [(202, "CookRetried")], Problems = [400, 404, 409] },

        new("get", "/deadletters", "deadletters", "Casts that have failed for good and that nobody has dealt with, those that were asked for last first.")
        {
            Query = ["account", "spell", "cook", "failureCode", "failedStep", "since", "until", "top", "continuation"], Success = [(200, "DeadLetterList")], Problems = [400],
        },
        new("get", "/deadletters/{id}", "deadletters", "Why a cast has failed that nobody has dealt with.") { Success = [(200, "DeadLetter")], Problems = [400, 404] },
        new("post", "/deadletters/redrive", "deadletters", "Does such casts again, a page at a time.")
        {
            Query = ["account", "top", "continuation"], Body = "LettersRedrive", Success = [(202, "LettersRedriven")], Problems = [400, 413, 415],
        },
        new("post", "/deadletters/discard", "deadletters", "Takes such casts off the list, a page at a time. They stay.")
        {
            Query = ["account", "top", "continuation"], Body = "LettersDiscard", Success = [(200, "LettersDiscarded")], Problems = [400, 413, 415],
        },

        new("post", "/runs", "runs", "Casts a plan: a goal, and steps one after the other.")
        {
            Query = ["account"], Headers = ["Idempotency-Key"], Body = "RunRequest", Success = [(202, "RunStarted")], Problems = [400, 409, 413, 415, 422],
        },
        new("get", "/runs/{id}", "runs", "A run: its status, steps with their outputs, artifacts and cost.") { Success = [(200, "Run")], Problems = [400, 404] },
        new("get", "/runs/{id}/events", "runs", "What happened in a run, from a place on; waits for more.") { Query = Long, Success = [(200, "EventPage")], Problems = [400, 404] },
        new("get", "/runs/{id}/artifacts", "runs", "What a run has made.") { Success = [(200, "ArtifactList")], Problems = [400, 404] },
        Artifact("get", "runs"),
        Artifact("head", "runs"),

        new("get", "/tools", "tools", "The tools that spells may call.") { Query = ["account"], Success = [(200, "ToolList")], Problems = [400] },
        new("get", "/tools/{id}", "tools", "A tool with its definition.") { Query = ["account"], Success = [(200, "Tool")], Problems = [400, 404] },
        new("put", "/tools/{id}", "tools", "Saves a tool. Casts that have begun keep the one that they began with.")
        {
            Query = ["account"], Body = "ToolDocument", Yaml = true, Success = [(200, "SavedTool"), (201, "SavedTool")], Problems = [400, 413, 415, 422],
        },
        new("delete", "/tools/{id}", "tools", "Removes a saved tool.") { Query = ["account"], Success = [(204, null)], Problems = [400, 404, 409] },
        new("post", "/tools/{id}/try", "tools", "Calls a tool once, as a cast of one step.")
        {
            Query = ["account"], Headers = ["Idempotency-Key"], Body = "ToolTry", BodyIsOptional = true, Success = [(202, "CastStarted")], Problems = [400, 404, 409, 413, 415, 422],
        },

        new("get", "/notifications", "notifications", "Who is told how the casts of an account go on.") { Query = ["account"], Success = [(200, "SubscriptionList")], Problems = [400] },
        new("get", "/notifications/{name}", "notifications", "One of them.") { Query = ["account"], Success = [(200, "Subscription")], Problems = [400, 404] },
        new("put", "/notifications/{name}", "notifications", "Saves one. Casts that have begun keep to what they began with.")
        {
            Query = ["account"], Body = "SubscriptionDocument", Yaml = true, Success = [(200, "Subscription"), (201, "Subscription")], Problems = [400, 409, 413, 415, 422],
        },
        new("delete", "/notifications/{name}", "notifications", "Removes one: nothing is sent to it any more.") { Query = ["account"], Success = [(204, null)], Problems = [400, 404] },
        new("post", "/notifications/{name}/rotate", "notifications", "Makes another secret; the old one signs too for a while.")
        {
            Query = ["account"], Success = [(200, "NewSecret")], Problems = [400, 404, 409],
        },

        new("get", "/accounts", "accounts", "The accounts.") { Success = [(200, "AccountList")] },
        new("get", "/accounts/{name}", "accounts", "An account.") { Success = [(200, "Account")], Problems = [404] },
        new("put", "/accounts/{name}", "accounts", "Makes an account, disables or enables it, or sets its limits.")
        {
            Body = "AccountDocument", BodyIsOptional = true, Success = [(200, "Account"), (201, "Account")], Problems = [409, 413, 415],
        },
        new("delete", "/accounts/{name}", "accounts", "Disables an account: none of its keys opens anything any more.") { Success = [(204, null)], Problems = [404, 409] },

        new("get", "/usage", "accounts", "What an account has used, by day, spell or tool; for operators, by account too.")
        {
            Query = ["account", "from", "to", "by", "format"], Success = [(200, "Usage")],
        },

        new("get", "/keys", "keys", "The keys of an account.") { Query = ["account"], Success = [(200, "KeyList")], Problems = [404] },
        new("post", "/keys", "keys", "Makes a key.") { Query = ["account"], Body = "KeyRequest", Success = [(201, "Key")], Problems = [404, 409, 413, 415] },
        new("get", "/keys/{id}", "keys", "What is known of a key.") { Query = ["account"], Success = [(200, "Key")], Problems = [404] },
        new("delete", "/keys/{id}", "keys", "Revokes a key.") { Query = ["account"], Success = [(204, null)], Problems = [404, 409] },
        new("post", "/keys/{id}/rotate", "keys", "Makes a key that comes in the place of another.")
        {
            Query = ["account", "overlapMinutes"], Success = [(201, "Key")], Problems = [404, 409],
        },

        new("post", "/webhooks/{castId}/{stepId}/{attempt}", "webhooks", "Where the provider of a job calls back: the address that the attempt has given it.")
        {
            Query = ["item", "token"], Body = "AnyJson", Success = [(200, "CallbackTaken")], Problems = [400, 401, 404, 410, 413, 503], IsAnonymous = true,
        },
        new("post", "/webhooks/{toolId}", "webhooks", "Where the provider of all jobs of a tool calls back.")
        {
            Query = ["account"], Body = "AnyJson", Success = [(200, "CallbackTaken"), (202, "CallbackTaken")], Problems = [400, 401, 404, 410, 413, 503], IsAnonymous = true,
        },

        new("get", "/ops/stalled", "ops", "Steps that have been running for long, and casts that do not get on.")
        {
            Query = ["account", "minutes", "top", "continuation"], Success = [(200, "StalledList")], Problems = [400],
        },
        new("get", "/ops/retention", "ops", "What is kept no longer and would be removed now, and the last round in which such was removed.") { Success = [(200, "Retention")] },
        new("post", "/ops/retention", "ops", "Removes now what is kept no longer.") { Success = [(202, "RetentionAsked")] },
        new("get", "/ops/metrics", "ops", "What this process has counted since its start, as Prometheus reads it.") { Success = [(200, null)], IsBinary = true },

        new("get", "/schemas/spell.json", "descriptions", "The JSON Schema of spells.") { Success = [(200, "JsonSchema")], IsAnonymous = true },
        new("get", "/schemas/tool.json", "descriptions", "The JSON Schema of tools.") { Success = [(200, "JsonSchema")], IsAnonymous = true },
        new("get", "/openapi.json", "descriptions", "This document.") { Success = [(200, "AnyObject")], IsAnonymous = true },
        new("get", "/health/live", "health", "The app is there.") { Success = [(200, "Status")], IsAnonymous = true },
        new("get", "/whoami", "accounts", "Whose key the request brings, and what it may do.") { Success = [(200, "Whoami")] },
        new("get", "/health/ready", "health", "The app can work.") { Success = [(200, "Status")], Problems = [503], IsAnonymous = true },
        new("get", "/health", "health", "Each thing that the app depends on.") { Query = ["account", "probe"], Success = [(200, "Health"), (503, "Health")] },
    ];

    static Operation Artifact(string method, string resource) =>
        new(method, $"/{resource}/{{id}}/artifacts/{{name}}", resource, "An artifact, or a part of it.")
        {
            Query = ["download"],
            Headers = ["Range", "If-None-Match"],
            Success = [(200, null), (206, null), (304, null)],
            Problems = [400, 404, 410, 416],
            IsBinary = method == "get",
        };

    static Operation CookControl(string action, string summary) =>
        new("post", $"/cooks/{{id}}/{action}", "cooks", summary) { Body = "Reason", BodyIsOptional = true, Success = [(202, "CookControlAccepted")], Problems = [400, 404, 409, 415] };

    static Operation Control(string action, string summary) =>
        new("post", $"/casts/{{id}}/{action}", "casts", summary) { Body = "Reason", BodyIsOptional = true, Success = [(202, "ControlAccepted")], Problems = [400, 404, 409, 415] };
}
