using System.Text.RegularExpressions;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Settings;

/// <summary>A value, and who has said it: for the sentence that tells what is wrong with it.</summary>
sealed record Setting(string Value, string Source);

/// <summary>Which app is called, with which key, about which account. Flags count before the environment, that before the project's file, that before the user's.</summary>
sealed partial class CliSettings
{
    public const string DefaultUrl = "http://127.0.0.1:7071";

    /// <summary>Where somebody without a key gets one.</summary>
    public static string KeyOrigin { get; } =
        $"The first one is in the log of the app's first start (run.sh keeps it in .grimoire/key); whoever has an admin's makes others: {Called.Here} keys create";

    public required Uri Url { get; init; }

    public required string UrlSource { get; init; }

    public Setting? Key { get; init; }

    public Setting? Account { get; init; }

    /// <summary>What is worth knowing about them, but stops nothing.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The part of the key that names it, which may be shown.</summary>
    public string? KeyId => Key is { } key && KeyForm().Match(key.Value) is { Success: true } match ? match.Groups[1].Value : null;

    /// <exception cref="CliException">One of them cannot be right.</exception>
    public static CliSettings Read(string? url, string? key, string? account, string folder, Func<string, string?> environment)
    {
        var project = SettingsFile.OfProject(folder);
        var user = SettingsFile.OfUser(environment);
        var address = AddressOf(url, project, user, environment);
        var secret = First(key, "--key", "GRIMOIRE_KEY", project?.Key, project, user?.Key, user, environment);
        var whose = First(account, "--account", "GRIMOIRE_ACCOUNT", project?.Account, project, user?.Account, user, environment);
        var target = UrlOf(address);
        CheckKey(secret, target, address, project, user);
        if (whose is not null && !AccountForm().IsMatch(whose.Value))
        {
            throw CliException.Usage($"'{whose.Value}' ({whose.Source}) cannot be an account: 1 to 32 lower-case letters and digits are wanted.");
        }

        return new CliSettings
        {
            Url = target,
            UrlSource = address.Source,
            Key = secret,
            Account = whose,
            Warnings = [.. WarningsOf(secret, target, project, user)],
        };
    }

    /// <summary>The address alone, and who has said it: for what sends nothing.</summary>
    /// <exception cref="CliException">It cannot be right.</exception>
    public static (Uri Url, string Source) Address(string? url, string folder, Func<string, string?> environment)
    {
        var address = AddressOf(url, SettingsFile.OfProject(folder), SettingsFile.OfUser(environment), environment);
        return (UrlOf(address), address.Source);
    }

    static Setting AddressOf(string? url, SettingsFile? project, SettingsFile? user, Func<string, string?> environment) =>
        First(url, "--url", "GRIMOIRE_URL", project?.Url, project, user?.Url, user, environment) ?? new Setting(DefaultUrl, "the default");

    static Setting? First(
        string? flag, string flagName, string variable, string? ofProject, SettingsFile? project, string? ofUser, SettingsFile? user, Func<string, string?> environment) =>
        flag is { Length: > 0 } ? new Setting(flag, flagName)
        : environment(variable) is { Length: > 0 } value ? new Setting(value, variable)
        : ofProject is not null ? new Setting(ofProject, project!.Path)
        : ofUser is not null ? new Setting(ofUser, user!.Path)
        : null;

    static Uri UrlOf(Setting address)
    {
        if (!Uri.TryCreate(address.Value, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw CliException.Usage($"'{address.Value}' ({address.Source}) is no address of an app: http://host:port or https://host is wanted.");
        }

        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            throw CliException.Usage($"The address of the app ({address.Source}) must have no user, no query and no fragment: a key goes into GRIMOIRE_KEY.");
        }

        // With or without the slash, and with or without /api, which every route begins with.
        var path = url.AbsolutePath.TrimEnd('/');
        path = path.EndsWith("/api", StringComparison.Ordinal) ? path[..^"/api".Length] : path;
        return new UriBuilder(url) { Path = path + "/" }.Uri;
    }

    static void CheckKey(Setting? key, Uri target, Setting address, SettingsFile? project, SettingsFile? user)
    {
        if (key is null)
        {
            return;
        }

        if (key.Value.Any(c => c is <= ' ' or > '~'))
        {
            throw CliException.Usage($"The key ({key.Source}) has characters that no key has.");
        }

        // Whoever can make one enter a folder must not get the key of the user's own file.
        if (key.Source == user?.Path && address.Source == project?.Path && !(user.Url is { } own && SameApp(own, target)))
        {
            throw CliException.Usage(
                $"The key of {user.Path} is not sent to {target} because {project.Path} says that address. Say it with --url or GRIMOIRE_URL, or the key with GRIMOIRE_KEY.");
        }
    }

    static bool SameApp(string url, Uri target) => Uri.TryCreate(url, UriKind.Absolute, out var other) && Uri.Compare(
        other, target, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    static IEnumerable<string> WarningsOf(Setting? key, Uri target, SettingsFile? project, SettingsFile? user)
    {
        foreach (var file in new[] { project, user })
        {
            if (file?.Key is not null && file.IsReadByOthers)
            {
                yield return $"others on this machine can read the key in {file.Path}: chmod 600 {file.Path}";
            }
        }

        if (key is not null && target is { Scheme: "http", IsLoopback: false })
        {
            yield return $"the key goes to {target.Host} unencrypted: https is wanted outside of this machine";
        }
    }

    [GeneratedRegex("^[a-z0-9]{1,32}$", RegexOptions.CultureInvariant)]
    private static partial Regex AccountForm();

    [GeneratedRegex("^grm_([0-9a-z]{12})_", RegexOptions.CultureInvariant)]
    private static partial Regex KeyForm();
}
