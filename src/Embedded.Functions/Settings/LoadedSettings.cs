namespace Embedded.Functions.Settings;

/// <summary>Settings, and everything that was found about them on the way. Where there is an error, the value in question is the default.</summary>
internal sealed record LoadedSettings<T>(T Value, IReadOnlyList<SettingProblem> Problems)
{
    public bool HasErrors => Problems.Any(problem => problem.IsError);
}
