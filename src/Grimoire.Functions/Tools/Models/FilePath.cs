namespace Grimoire.Functions.Tools.Models;

/// <summary>Paths that a model gives to files: relative, and nowhere else.</summary>
static class FilePath
{
    const int MaxLength = 200;

    /// <param name="path">As the model has it.</param>
    /// <param name="taken">Of the files before it; it is added.</param>
    public static IEnumerable<string> Errors(string path, ISet<string> taken)
    {
        var clean = Clean(path);
        if (clean.Length is 0 or > MaxLength)
        {
            yield return $"a path has from 1 to {MaxLength} characters";
        }
        else if (clean.StartsWith('/') || clean.Contains('\\', StringComparison.Ordinal) || clean.Contains(':', StringComparison.Ordinal) || clean.Any(char.IsControl))
        {
            yield return "a path is relative, with forward slashes and without ':'";
        }
        else if (clean.Split('/').Any(part => part is "" or "." or ".." || part.EndsWith('.') || part.Trim().Length != part.Length))
        {
            yield return "a path has no part that is empty, '.' or '..', or begins or ends with a space, or ends with a dot";
        }
        else if (!taken.Add(clean))
        {
            yield return "two files cannot have one path";
        }
    }

    /// <summary>"./a/b" as "a/b".</summary>
    public static string Clean(string path) => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
}
