using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Grimoire.Documents;
using Grimoire.Spells;
using Grimoire.Webhooks;
using static Grimoire.Tests.Webhooks.Messages;

namespace Grimoire.Tests.Webhooks;

/// <summary>docs/webhooks.md says what is so.</summary>
public sealed partial class DocumentationTests
{
    static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "webhooks.md"));

    [Fact]
    public void Every_example_of_a_signature_can_be_read()
    {
        var findings = new List<Finding>();
        var examples = Examples("json");

        var kinds = examples.Select(example =>
            CallbackSignatureReader.Read(new ObjectReader(new JsonObject { ["signature"] = JsonNode.Parse(example) }, "", "'callback'", findings), SpellLimits.Default).Kind).ToList();

        Assert.Empty(findings);
        Assert.Equal([SignatureKind.Standard, SignatureKind.Hmac, SignatureKind.Hmac, SignatureKind.Hmac], kinds);
    }

    [Fact]
    public void Every_kind_outcome_and_field_is_on_the_page()
    {
        var rows = Row().Matches(Page).SelectMany(row => Name().Matches(row.Groups[1].Value)).Select(name => name.Groups[1].Value).ToList();
        var fields = typeof(HmacHeader).GetProperties().Select(field => field.Name).Concat([nameof(CallbackSignature.Secrets), nameof(CallbackSignature.Tolerance)]);

        Assert.Equal(
            Enum.GetNames<SignatureKind>().Concat(Enum.GetNames<SignatureOutcome>()).Concat(fields).Select(JsonNamingPolicy.CamelCase.ConvertName).Order(StringComparer.Ordinal),
            rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_receiver_on_the_page_is_the_one_that_is_tested()
    {
        var tested = File.ReadAllText(Path.Combine(Root(), "tests", "Grimoire.Tests", "Webhooks", "Receiver.cs"));

        Assert.Equal(Examples("csharp").Single(), tested.Replace("namespace Grimoire.Tests.Webhooks;\n\n", "", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Row", "UX08")]
    public void The_receiver_on_the_page_tells_genuine_notifications_from_others()
    {
        string[] secrets = [SigningKeys.NewStandardSecret(), SigningKeys.NewStandardSecret()];
        var body = Bytes("""{"type":"cast.completed"}""");
        var sent = StandardWebhooks.Sign("evt_1", Now, body, SigningKeys.Standard(secrets)).ToDictionary(header => header.Key, header => header.Value);
        bool Genuine(string secret, byte[] received, int secondsLater) => Receiver.IsGenuine(
            sent["webhook-id"], sent["webhook-timestamp"], sent["webhook-signature"], received, secret, Now.AddSeconds(secondsLater));

        Assert.All(secrets, secret => Assert.True(Genuine(secret, body, 300)));
        Assert.False(Genuine(secrets[0], body, 301));
        Assert.False(Genuine(secrets[0], body, -301));
        Assert.False(Genuine(secrets[0], Bytes("{}"), 0));
        Assert.False(Genuine(SigningKeys.NewStandardSecret(), body, 0));
    }

    static List<string> Examples(string language) =>
        [.. Regex.Matches(Page, $"^```{language}\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline).Select(block => block.Groups[1].Value)];

    static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Functions.sln")))
        {
            folder = folder.Parent;
        }

        return folder!.FullName;
    }

    // The first cells of the tables, but for their heads.
    [GeneratedRegex(@"(?<=^\|[^\n]*\n)\| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([a-zA-Z]+)`")]
    private static partial Regex Name();
}
