namespace Embedded.Functions.Settings;

/// <summary>Something to be said about a setting.</summary>
/// <param name="File">The file it stands in; <c>configuration</c> for what comes from the environment or another source.</param>
/// <param name="Path">Where in there, such as <c>extensions.http.maxConcurrentRequests</c>; empty for the file as a whole.</param>
/// <param name="Message">What is wrong, and what would be right.</param>
internal sealed record SettingProblem(string File, string Path, string Message, SettingSeverity Severity)
{
    /// <summary>The host must not start.</summary>
    public bool IsError => Severity == SettingSeverity.Error;

    public override string ToString() => Path.Length == 0 ? $"{File}: {Message}" : $"{File}: {Path}: {Message}";
}

internal enum SettingSeverity
{
    /// <summary>All is well, but a setting does nothing in this host.</summary>
    Note,

    /// <summary>Probably not what was meant.</summary>
    Warning,

    Error,
}
