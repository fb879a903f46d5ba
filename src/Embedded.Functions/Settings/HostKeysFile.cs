using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using static Embedded.Functions.Settings.SettingShape;

namespace Embedded.Functions.Settings;

/// <summary>The file that keeps the keys. It is made once; from then on it is its owner's, who may add keys, and never written again.</summary>
internal static class HostKeysFile
{
    public const string FileName = "host-keys.json";

    const int KeyBytes = 40;
    const int ShortKey = 16;
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode OwnersFolder = OwnerOnly | UnixFileMode.UserExecute;
    const string Remedy = "put it back from a copy; or delete the file, and new keys are made at the next start: "
        + "callers then need those, and Durable URLs given out before no longer work";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static SettingSchema Schema { get; } = new(
    [
        new("masterKey", Value, "random", "Opens everything, and alone what is for administrators."),
        new("functionKeys", Map, "\"default\": random", "Open every function, by name."),
        new("systemKeys", Map, $"\"{HostKeys.DurableKeyName}\": random", "Open what extensions offer, by name; the one named is that of the Durable HTTP API."),
        new("functions", Tree, "", "Keys that open one function each: its name, and in it keys by name."),
    ]);

    /// <summary>Reads the keys; makes them first if there are none. However many processes do so at once, all get the same.</summary>
    /// <param name="folder">The state folder; it is created if need be.</param>
    /// <returns>The keys; null if there is an error.</returns>
    public static LoadedSettings<HostKeys?> Open(string folder)
    {
        string path = Path.Combine(folder, FileName);
        var problems = new List<SettingProblem>();
        try
        {
            if (!File.Exists(path))
            {
                Create(folder, path);
            }

            CloseToOthers(path, problems);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(path, "", $"the keys cannot be kept there: {e.Message}", SettingSeverity.Error));
            return new(null, problems);
        }

        HostKeys? keys = Read(path, problems);
        return new(keys, [.. problems.Select(problem => problem with { File = path })]);
    }

    static void Create(string folder, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnersFolder);
        }

        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using (var file = new FileStream(temporary, options))
            {
                file.Write(NewKeys());
                file.Flush(flushToDisk: true);
            }

            // If another process was faster, its keys are the keys.
            FilePublication.TryPublish(temporary, path);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    static byte[] NewKeys() => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            masterKey = NewKey(),
            functionKeys = new Dictionary<string, string> { [HostKeys.DefaultName] = NewKey() },
            systemKeys = new Dictionary<string, string> { [HostKeys.DurableKeyName] = NewKey() },
        },
        Indented);

    static string NewKey() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));

    static void CloseToOthers(string path, List<SettingProblem> problems)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        UnixFileMode mode = File.GetUnixFileMode(path);
        if ((mode & ~OwnerOnly) == 0)
        {
            return;
        }

        string was = $"others than its owner could get at it (mode {Convert.ToString((int)mode, 8)})";
        try
        {
            File.SetUnixFileMode(path, OwnerOnly);
            problems.Add(new(path, "", $"{was}; its mode is 600 now. If others use this machine, make new keys", SettingSeverity.Warning));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(path, "", $"{was}, and its mode cannot be changed to 600: {e.Message}", SettingSeverity.Warning));
        }
    }

    static HostKeys? Read(string path, List<SettingProblem> problems)
    {
        SettingNode file = JsonSettingsFile.Read(path, problems) ?? SettingNode.Empty;
        if (problems.Exists(problem => problem.IsError))
        {
            problems.Add(new(path, "", $"the keys cannot be read; {Remedy}", SettingSeverity.Error));
            return null;
        }

        var source = new SettingSource(FileName, file);
        Schema.Check(source, problems);
        var reader = new SettingReader([source], problems);
        string master = reader.Text("masterKey") ?? "";
        IReadOnlyDictionary<string, string> functionKeys = Keys(file.Find("functionKeys"));
        IReadOnlyDictionary<string, string> systemKeys = Keys(file.Find("systemKeys"));
        Require("masterKey", master);
        Require($"functionKeys.{HostKeys.DefaultName}", functionKeys.GetValueOrDefault(HostKeys.DefaultName));
        Require($"systemKeys.{HostKeys.DurableKeyName}", systemKeys.GetValueOrDefault(HostKeys.DurableKeyName));

        var functions = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.OrdinalIgnoreCase);
        foreach (SettingNode function in file.Find("functions")?.Children ?? [])
        {
            functions[function.Name] = Keys(function);
            if (function.Kind != SettingNodeKind.Group)
            {
                problems.Add(source.Error($"functions.{function.Name}", "must be an object with the keys of this function by name"));
            }
        }

        CheckEach(source, file, problems);
        return problems.Exists(problem => problem.IsError) ? null : new HostKeys(master, functionKeys, systemKeys, functions);

        void Require(string name, string? key)
        {
            if (string.IsNullOrEmpty(key))
            {
                problems.Add(source.Error(name, $"the key is missing; {Remedy}"));
            }
        }
    }

    static Dictionary<string, string> Keys(SettingNode? group)
    {
        var keys = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (SettingNode key in group?.Children ?? [])
        {
            keys[key.Name] = key.Text ?? "";
        }

        return keys;
    }

    /// <summary>Finds keys that open nothing because they are empty or no text, and keys that can be guessed.</summary>
    static void CheckEach(SettingSource source, SettingNode file, List<SettingProblem> problems)
    {
        foreach ((string path, SettingNode key) in Schema.Settings.SelectMany(setting => Leaves(file.Find(setting.Path), setting.Path)))
        {
            if (string.IsNullOrEmpty(key.Text) && !problems.Exists(problem => problem.IsError && problem.Path == path))
            {
                problems.Add(source.Error(path, "must be a key: a text that is not empty"));
            }
            else if (key.Text is { Length: > 0 and < ShortKey })
            {
                problems.Add(source.Warning(path, $"can be guessed: it has fewer than {ShortKey} characters"));
            }
        }
    }

    static IEnumerable<(string Path, SettingNode Key)> Leaves(SettingNode? node, string path) => node switch
    {
        null => [],
        { Kind: SettingNodeKind.Group } => node.Children.SelectMany(child => Leaves(child, $"{path}.{child.Name}")),
        _ => [(path, node)],
    };
}
