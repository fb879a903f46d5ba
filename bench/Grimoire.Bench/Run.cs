namespace Grimoire.Bench;

/// <summary>One section of one run.</summary>
/// <param name="Settings">How much to measure.</param>
/// <param name="Folder">Where the section may write.</param>
/// <param name="Report">Where its figures go.</param>
internal sealed record Run(Settings Settings, string Folder, Report Report)
{
    int _folders;

    /// <summary>A folder that is not there yet.</summary>
    public string NewFolder() => Path.Combine(Folder, $"{_folders++}");

    /// <summary>A hub file that is not there yet, in a folder of its own.</summary>
    public string NewFile() => Path.Combine(NewFolder(), "hub.db");
}
