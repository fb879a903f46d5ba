using System.CommandLine;
using System.Text.Json.Nodes;
using Grimoire.Cli.Output;
using Grimoire.Cli.Settings;

namespace Grimoire.Cli.Commands;

/// <summary>A folder to begin with: settings, a spell, a tool.</summary>
static class InitCommand
{
    const string Spell = """
        {
          "slug": "greeting",
          "name": "Greeting",
          "description": "Greets somebody, and keeps the greeting as a file.",
          "inputs": {
            "type": "object",
            "properties": { "name": { "type": "string", "minLength": 1, "default": "world" } },
            "additionalProperties": false
          },
          "steps": [
            { "id": "greet", "tool": "text.template", "with": { "template": "Hello, {{name}}!", "values": { "name": "${inputs.name}" } } },
            { "id": "keep", "tool": "text.artifact", "with": { "name": "greeting.txt", "text": "${steps.greet.output.text}" } }
          ],
          "output": { "greeting": "${steps.greet.output.text}", "file": "${steps.keep.output.artifact}" }
        }

        """;

    const string Tool = """
        id: zen
        name: Zen
        description: A sentence of wisdom, from an address that everybody may call.
        kind: http
        request:
          method: GET
          url: https://api.github.com/zen
        retry:
          maxAttempts: 3
        timeout: PT30S

        """;

    public static Command Build()
    {
        var folder = new Argument<string>("dir") { Description = "Where to; here, if it is not said.", DefaultValueFactory = _ => "." };
        return new Verb("init", "Makes a folder with settings, a sample spell and a sample tool. It never overwrites.", "grimoire init shop && cd shop && grimoire spells push spells")
            .With(folder)
            .Does((session, cancellation) => RunAsync(session, session.Get(folder), cancellation));
    }

    static async Task<ExitCode> RunAsync(Session session, string folder, CancellationToken cancellation)
    {
        var (address, source) = CliSettings.Address(session.Get(GlobalOptions.Url), Environment.CurrentDirectory, Environment.GetEnvironmentVariable);
        var url = address.AbsoluteUri.TrimEnd('/');
        var settings = new JsonObject { ["url"] = url };
        if (session.Get(GlobalOptions.Account) is { } account)
        {
            settings["account"] = account;
        }

        (string Path, string Content)[] files =
        [
            (SettingsFile.ProjectName, settings.ToJsonString(Indented) + "\n"), (Path.Combine("spells", "greeting.json"), Spell), (Path.Combine("tools", "zen.yaml"), Tool),
        ];
        var (made, kept) = (new JsonArray(), new JsonArray());
        foreach (var (path, content) in files)
        {
            var target = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
            (await IsMadeAsync(target, content, cancellation).ConfigureAwait(false) ? made : kept).Add(target);
        }

        return session.Answer(new JsonObject { ["made"] = made, ["kept"] = kept }, () =>
        {
            foreach (var path in made)
            {
                var told = Path.GetFileName($"{path}") == SettingsFile.ProjectName ? $", for the app at {url} ({source})" : "";
                Terminal.Say($"made {path}{told}");
            }

            foreach (var path in kept)
            {
                Terminal.Say($"{path} is there already, and stays as it is");
            }

            Terminal.Say("Next:");
            if (folder != ".")
            {
                Terminal.Say($"  cd {folder}");
            }

            var grimoire = folder == "." ? Called.Here : Called.Elsewhere;
            Terminal.Say("  export GRIMOIRE_KEY=grm_...   # a key, if the app asks for one; better here than in grimoire.json");
            Terminal.Say($"  {grimoire} spells push spells   # saves the spell");
            Terminal.Say($"  {grimoire} cast greeting --input name=Ada --watch");
            Terminal.Say($"  {grimoire} tools push tools/zen.yaml   # saves the tool, for spells to call");
            Terminal.Say($"Of keys: {CliSettings.KeyOrigin}");
        });
    }

    static System.Text.Json.JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };

    static async Task<bool> IsMadeAsync(string path, string content, CancellationToken cancellation)
    {
        if (File.Exists(path))
        {
            return false;
        }

        // Whoever makes it in this moment keeps it: CreateNew never overwrites.
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        using var writer = new StreamWriter(file);
        await writer.WriteAsync(content.AsMemory(), cancellation).ConfigureAwait(false);
        return true;
    }
}
