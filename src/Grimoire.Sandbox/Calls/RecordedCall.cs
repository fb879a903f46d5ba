namespace Grimoire.Sandbox.Calls;

/// <summary>One request that the sandbox has received, and how it ended.</summary>
sealed class RecordedCall(long order, DateTimeOffset at, string method, string path, string? key)
{
    volatile int _status;
    volatile bool _cut;

    /// <summary>1 for the first since the sandbox was started; forgetting calls does not start again at 1.</summary>
    public long Order => order;

    public DateTimeOffset At => at;

    public string Method => method;

    public string Path => path;

    /// <summary>The Idempotency-Key.</summary>
    public string? Key => key;

    /// <summary>The status that was answered; null until then.</summary>
    public int? Status => _status is 0 ? null : _status;

    /// <summary>The connection ended before the answer did, whoever closed it.</summary>
    public bool Cut => _cut;

    /// <summary>The kind of the switched fault that met it.</summary>
    public string? Fault { get; set; }

    /// <summary>Not heard by anybody once the connection was cut, and then not noted.</summary>
    public void Answered(int status) => _status = _cut ? _status : status;

    public void WasCut() => _cut = true;
}
