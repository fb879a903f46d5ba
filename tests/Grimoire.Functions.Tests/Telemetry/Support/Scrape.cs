using System.Globalization;
using System.Text.RegularExpressions;

namespace Grimoire.Functions.Tests.Telemetry.Support;

/// <summary>Reads text as Prometheus does, and takes nothing that it would not.</summary>
static partial class Scrape
{
    /// <summary>Samples by their name and labels, as they are written.</summary>
    public static IReadOnlyDictionary<string, double> Of(string text)
    {
        var samples = new Dictionary<string, double>();
        var types = new Dictionary<string, string>();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        foreach (var line in text.Split('\n')[..^1])
        {
            if (Header().Match(line) is { Success: true } header)
            {
                if (header.Groups["what"].Value == "TYPE")
                {
                    types.Add(header.Groups["name"].Value, header.Groups["rest"].Value);
                }

                continue;
            }

            var sample = Sample().Match(line);
            Assert.True(sample.Success, $"This is no sample: {line}");
            var name = sample.Groups["name"].Value;
            Assert.Contains(types.Keys, known => name == known || (types[known] == "histogram" && Suffix().Replace(name, "") == known));
            samples.Add(sample.Groups["id"].Value, double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture));
        }

        return samples;
    }

    [GeneratedRegex(@"\A# (?<what>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>.*)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Header();

    [GeneratedRegex("""\A(?<id>(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="(\\[\\"n]|[^"\\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="(\\[\\"n]|[^"\\\n])*")*\})?) (?<value>-?[0-9.E+-]+|[+-]Inf|NaN)\z""", RegexOptions.ExplicitCapture)]
    private static partial Regex Sample();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
