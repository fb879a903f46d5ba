using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Grimoire.Cooks;

/// <summary>
/// The names of files in one folder of an archive, made so that they can be unpacked anywhere: none leads out of the folder, none is of a kind that some system
/// does not take, and none is another's where capitals make no difference.
/// </summary>
/// <param name="folder">What all of them begin with.</param>
public sealed partial class ArchiveNames(string folder)
{
    const int MaxPart = 100;

    readonly HashSet<string> _files = new(StringComparer.OrdinalIgnoreCase);
    readonly HashSet<string> _folders = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A name that is given once.</summary>
    /// <param name="path">Wanted; with slashes.</param>
    public string Take(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var parts = path.Split('/', '\\').Select(Safe).Where(part => part.Length > 0).ToList();
        var name = folder;
        foreach (var part in parts.SkipLast(1))
        {
            name = Free($"{name}/{part}", _files);
            _folders.Add(name);
        }

        name = Free($"{name}/{parts.LastOrDefault("artifact")}", _files, _folders);
        _files.Add(name);
        return name;
    }

    static string Free(string name, params HashSet<string>[] taken)
    {
        var dot = name.LastIndexOf('.');
        var stem = dot > name.LastIndexOf('/') + 1 ? dot : name.Length;
        var free = name;
        for (var i = 2; taken.Any(names => names.Contains(free)); i++)
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{name[..stem]}-{i}{name[stem..]}");
        }

        return free;
    }

    static string Safe(string part)
    {
        var safe = new StringBuilder(part.Length);
        foreach (var rune in part.EnumerateRunes())
        {
            safe.Append(Rune.IsControl(rune) || rune == Rune.ReplacementChar || (rune.IsAscii && "<>:\"|?*".Contains((char)rune.Value)) ? "_" : rune.ToString());
        }

        var trimmed = safe.ToString().Trim('.', ' ');
        var length = Math.Min(trimmed.Length, MaxPart);
        var end = trimmed[(trimmed.Length - length + (length < trimmed.Length && char.IsLowSurrogate(trimmed[^length]) ? 1 : 0))..].Trim('.', ' ');
        return Device().IsMatch(end) ? "_" + end : end;
    }

    /// <summary>What Windows takes for a device, whatever comes after the dot.</summary>
    [GeneratedRegex(@"\A(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|\z)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Device();
}
