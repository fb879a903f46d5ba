namespace Embedded.Functions.Settings;

/// <summary>A setting that is understood, as the documentation lists it.</summary>
/// <param name="Path">Names separated by dots (in configuration: by colons). A map's entries stand under it.</param>
/// <param name="Default">What holds if it is not set, as one would write it; empty if nothing does.</param>
/// <param name="Effect">What it does; for one that does nothing here, why.</param>
internal sealed record KnownSetting(string Path, SettingShape Shape, string Default, string Effect)
{
    /// <summary>Accepted because the official host knows it, but without effect in this one.</summary>
    public bool IsIgnored => Shape == SettingShape.Ignored;
}

internal enum SettingShape
{
    /// <summary>A string, number or boolean.</summary>
    Value,

    /// <summary>Several of them, or one string with commas between them.</summary>
    List,

    /// <summary>Names of one's own, each with a value.</summary>
    Map,

    /// <summary>Whatever it is, its reader looks into it.</summary>
    Tree,

    /// <summary>Whatever it is, nobody looks into it.</summary>
    Ignored,
}
