namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>Spells and tools that tests cast.</summary>
internal static class Samples
{
    /// <summary>Two steps of text: "Hello, NAME!" in capitals.</summary>
    public static object Greeting { get; } = new
    {
        slug = "greeting",
        name = "Greeting",
        inputs = new
        {
            type = "object",
            required = (string[])["name"],
            properties = new { name = new { type = "string" } },
            additionalProperties = false,
        },
        steps = (object[])
        [
            new { id = "hello", tool = "text.template", with = new { template = "Hello, {{name}}!", values = new { name = "${inputs.name}" } } },
            new { id = "loud", tool = "text.case", with = new { text = "${steps.hello.output.text}", to = "upper" } },
        ],
        output = new { text = "${steps.loud.output.text}" },
    };

    /// <summary>Waits for a day.</summary>
    public static object Patient { get; } = new
    {
        slug = "patient",
        steps = (object[])[new { id = "sleep", tool = "wait", with = new Dictionary<string, string> { ["for"] = "P1D" } }],
    };

    /// <summary>Fails for good.</summary>
    public static object Doomed { get; } = new
    {
        slug = "doomed",
        steps = (object[])[new { id = "parse", tool = "json.parse", with = new { text = "{ no json" } }],
    };

    /// <summary>Stores a text.</summary>
    public static object Page(string name, string contentType, string text) => new
    {
        slug = "page",
        steps = (object[])[new { id = "page", tool = "text.artifact", with = new { name, contentType, text } }],
    };

    /// <summary>A tool that lets the model of the sandbox write files.</summary>
    public static object Codegen(Uri openAi) => new
    {
        id = "codegen",
        kind = "codegen",
        llm = new
        {
            endpoint = openAi.ToString(),
            apiKey = "any",
            models = (string[])["sandbox-small"],
            prices = new Dictionary<string, object> { ["sandbox-small"] = new { inputPerMillion = 1, outputPerMillion = 2 } },
        },
    };
}
