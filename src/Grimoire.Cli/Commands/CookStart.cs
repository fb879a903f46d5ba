using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Documents;

namespace Grimoire.Cli.Commands;

/// <summary>Starts a cook, of a saved spell or of one in a file, over a table in a file.</summary>
static class CookStart
{
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static Verb Build()
    {
        var spell = new Argument<string>("spell") { Description = "The slug of a saved spell (slug@3 for a version of it), or a file." };
        var pieces = new Option<string>("--pieces")
        {
            Description = "The table: .csv, .jsonl, or .json with a list of inputs or a whole cook document.", HelpName = "file", Required = true,
        };
        var name = CommonOptions.Text("--name", "For people.", "text");
        var concurrency = new Option<int?>("--concurrency") { Description = "How many pieces are cast at once, 1 to 50.", HelpName = "n" };
        var tolerated = new Option<decimal?>("--tolerated") { Description = "How many of a hundred pieces may fail.", HelpName = "percent" };
        var (budget, key, watch) = (CommonOptions.Budget(), CommonOptions.Idempotency(), CommonOptions.Watch());
        var pieceBudget = new Option<decimal?>("--piece-budget") { Description = "What one piece may cost, in USD.", HelpName = "usd" };
        return new Verb("start", "Starts a cook.", "grimoire cook start greeting --pieces names.csv --concurrency 20 --tolerated 5 --watch")
            .With(spell, pieces, name, concurrency, tolerated, budget, pieceBudget, key, watch)
            .Does(async (session, cancellation) =>
            {
                var options = new JsonObject();
                Put("name", session.Get(name));
                Put("concurrency", session.Get(concurrency));
                Put("tolerated", session.Get(tolerated));
                Put("budgetUsd", session.Get(budget));
                Put("pieceBudgetUsd", session.Get(pieceBudget));
                var call = await CallAsync(session.Get(spell), session.Get(pieces)!, options, cancellation).ConfigureAwait(false);
                var started = await Starting.SendAsync(session, call.OfAccount().Once(session.Get(key)), "cookId", cancellation).ConfigureAwait(false);
                return session.Get(watch)
                    ? await CookCommands.WatchAsync(session, started.Json.Text("cookId")!, cancellation).ConfigureAwait(false)
                    : Starting.Answer(session, started, "cookId", "cook watch");

                void Put(string field, JsonNode? value)
                {
                    if (value is not null)
                    {
                        options[field] = value;
                    }
                }
            });
    }

    static async Task<Call> CallAsync(string spell, string pieces, JsonObject options, CancellationToken cancellation)
    {
        var table = await LocalText.ReadAsync(pieces, cancellation).ConfigureAwait(false);
        if (string.Equals(Path.GetExtension(pieces), ".csv", StringComparison.OrdinalIgnoreCase))
        {
            return OfCsv(spell, table, options);
        }

        var document = Path.GetExtension(pieces).ToLowerInvariant() is ".jsonl" or ".ndjson"
            ? new JsonObject { ["pieces"] = Lines(pieces, table) }
            : Parsed(pieces, table, 0) switch
            {
                JsonArray list => new JsonObject { ["pieces"] = list },
                JsonObject whole when whole.ContainsKey("pieces") || whole.ContainsKey("generate") => whole,
                _ => throw new CliException(ExitCode.Invalid, $"{pieces}: a list of inputs is wanted, or a cook document with 'pieces' or 'generate'."),
            };
        foreach (var (field, value) in options)
        {
            document[field] = value?.DeepClone();
        }

        await SpellName.PutAsync(spell, document, "spell", cancellation).ConfigureAwait(false);
        return Call.Post("cooks", document);
    }

    /// <summary>The spell's schema says what its cells are: so the app reads it, and it must have the spell.</summary>
    static Call OfCsv(string spell, string table, JsonObject options)
    {
        if (DocumentFile.IsNamed(spell))
        {
            throw CliException.Usage("With a .csv the spell has to be a saved one: grimoire spells push saves it. A .jsonl goes with everything.");
        }

        var (slug, version) = SpellName.Parse(spell);

        return Call.Post("cooks") with
        {
            Query = [("spell", slug), ("version", version?.ToString(CultureInfo.InvariantCulture)), .. options.Select(option => (option.Key, (string?)Convert.ToString(option.Value?.GetValue<object>(), CultureInfo.InvariantCulture)))],
            Body = Encoding.UTF8.GetBytes(table),
            MediaType = "text/csv",
        };
    }

    static JsonArray Lines(string path, string table)
    {
        var pieces = new JsonArray();
        var lines = table.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!string.IsNullOrWhiteSpace(lines[i]))
            {
                pieces.Add(Parsed(path, lines[i], i));
            }
        }

        return pieces;
    }

    static JsonNode? Parsed(string path, string text, int line)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict);
        }
        catch (JsonException malformed)
        {
            throw new CliException(ExitCode.Invalid, $"{path}:{line + malformed.LineNumber + 1}:{malformed.BytePositionInLine + 1}: this is no JSON.", malformed);
        }
    }
}
