namespace Grimoire.Bench;

/// <summary>What the command line asks for.</summary>
/// <param name="Sections">What to measure, in this order.</param>
/// <param name="Data">The folder under which data is written.</param>
/// <param name="Json">The file for the figures; null for the console.</param>
internal sealed record Arguments(IReadOnlyList<string> Sections, string Data, string? Json)
{
    public static Arguments Parse(IReadOnlyList<string> words, IReadOnlyCollection<string> known)
    {
        var sections = new List<string>();
        string data = Path.GetTempPath();
        string? json = null;
        for (int i = 0; i < words.Count; i++)
        {
            switch (words[i])
            {
                case "--data":
                    data = Value();
                    break;
                case "--json":
                    json = Value();
                    break;
                case string section when known.Contains(section):
                    sections.Add(section);
                    break;
                default:
                    throw new UsageException($"'{words[i]}' is no section and no option. The sections: {string.Join(", ", known)}.");
            }

            string Value() => ++i < words.Count ? words[i] : throw new UsageException($"{words[i - 1]} needs a value.");
        }

        return new Arguments(sections.Count > 0 ? sections : [.. known], Path.GetFullPath(data), json);
    }
}

/// <summary>The command line or the environment asks for something that is not there.</summary>
internal sealed class UsageException(string message) : Exception(message);
