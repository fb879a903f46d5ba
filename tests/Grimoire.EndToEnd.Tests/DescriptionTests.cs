using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Functions.Http;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.EndToEnd.Tests;

/// <summary>What is written about the API is so: the OpenAPI document, the schemas, the codes in docs/http.md.</summary>
[Collection(SharedApp.Name)]
public sealed partial class DescriptionTests(AppWithFiles shared)
{
    static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    readonly GrimoireApp _app = shared.App;

    [Fact]
    [Trait("Row", "UX16")]
    public async Task The_OpenApi_document_has_every_route_and_no_other()
    {
        JsonElement document = await _app.GetAsync("openapi.json");

        IEnumerable<string> described = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name} {path.Name}"));
        Assert.Equal(Routes().Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Row", "UX16")]
    public async Task Whatever_the_OpenApi_document_refers_to_is_in_it_and_all_of_it_is_referred_to()
    {
        JsonElement document = await _app.GetAsync("openapi.json");

        var references = References(document).ToHashSet();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.True(Resolves(document, reference), $"{reference} leads nowhere."));
        Assert.All(document.GetProperty("components").GetProperty("schemas").EnumerateObject(), schema => Assert.Contains($"#/components/schemas/{schema.Name}", references));
        IEnumerable<string> ids = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject())
            .Select(operation => operation.Value.GetProperty("operationId").GetString()!);
        Assert.Equal(ids, ids.Distinct());
    }

    [Theory]
    [InlineData("spell")]
    [InlineData("tool")]
    public async Task The_schemas_of_documents_are_served(string what)
    {
        JsonElement schema = await _app.GetAsync($"schemas/{what}.json");

        Assert.Equal(JsonValueKind.Object, schema.GetProperty("properties").ValueKind);
    }

    [Fact]
    public void Every_code_of_a_problem_is_in_the_docs_and_every_one_in_the_docs_is_a_problem()
    {
        string source = string.Join('\n', ((string[])["Http", "Casting", "Dashboard", "Security"])
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, "src/Grimoire.Functions", folder), "*.cs", SearchOption.AllDirectories))
            .Select(File.ReadAllText));
        IEnumerable<string> used = Problems().Matches(source).Select(match => match.Groups["code"].Value).Distinct();
        string docs = File.ReadAllText(Path.Combine(Root, "docs/http.md"));
        IEnumerable<string> listed = Rows().Matches(docs).Select(match => match.Groups["code"].Value);

        Assert.Equal(used.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_route_is_in_the_docs()
    {
        string docs = File.ReadAllText(Path.Combine(Root, "docs/http.md"));

        Assert.All(Routes(), route => Assert.Contains($"`{route[..route.IndexOf(' ', StringComparison.Ordinal)].ToUpperInvariant()} {route[(route.IndexOf(' ', StringComparison.Ordinal) + 1)..]}`", docs));
    }

    /// <summary>Those of the API; the dashboard's are for browsers.</summary>
    static IEnumerable<string> Routes() =>
        from type in typeof(CastsApi).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
        where method.GetCustomAttribute<FunctionAttribute>() is not null
        from parameter in method.GetParameters()
        let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
        where trigger is not null && trigger.Route!.StartsWith("api/", StringComparison.Ordinal)
        from verb in trigger.Methods!
        select $"{verb} {trigger.Route!["api".Length..].Replace("{*", "{", StringComparison.Ordinal)}";

    static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(field =>
            field.Name == "$ref" && field.Value.ValueKind == JsonValueKind.String ? [field.Value.GetString()!] : References(field.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    static bool Resolves(JsonElement document, string reference)
    {
        foreach (string part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty(part.Replace("~1", "/", StringComparison.Ordinal), out document))
            {
                return false;
            }
        }

        return reference.StartsWith('#');
    }

    [GeneratedRegex("""(new (Problem|Refusal)|Refused)\(\s*(HttpStatusCode|RefusalKind)\.\w+,\s*"(?<code>[A-Za-z.]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Problems();

    [GeneratedRegex(@"^\| `(?<code>[A-Za-z.]+)` \| \d{3} \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Rows();
}
