import logging; logging.disable(logging.CRITICAL)
import sys, json, concurrent.futures as cf
from pyspark.sql.connect.session import SparkSession
T = {
 'void': 'null', 'boolean':'true','tinyint':'1Y','smallint':'1S','int':'1','bigint':'1L','float':'1F','double':'1D',
 'decimal(10,2)':'cast(1 as decimal(10,2))','decimal(3,0)':'cast(1 as decimal(3,0))','decimal(38,10)':'cast(1 as decimal(38,10))','decimal(20,0)':'cast(1 as decimal(20,0))',
 'decimal(38,38)':'cast(0 as decimal(38,38))',
 'string':"'a'",'string collate unicode':"('a' collate unicode)",'binary':"X'00'",'date':"date'2020-01-01'",'timestamp':"timestamp_ltz'2020-01-01'",'timestamp_ntz':"timestamp_ntz'2020-01-01'",
 'time(6)':"time'10:00:00'", 'interval year':"interval 1 year",'interval year to month':"interval '1-1' year to month",'interval month':'interval 1 month','interval day':'interval 1 day','interval day to second':"interval '1 1:1:1' day to second",
 'interval hour to minute':"interval '1:1' hour to minute",'interval':'make_interval(1)','array<int>':'array(1,null)','array<bigint>':'array(1L)','array<string>':"array('a')",'array<void>':'array()','array<array<int>>':'array(array(1))',
 'array<struct<a:int>>':"array(named_struct('a',1))",
 'map<int,int>':'map(1,1)','map<string,string>':"map('a','b')",'map<bigint,date>':"map(1L,date'2020-01-01')",'struct<a:int>':"named_struct('a',1)",'struct<a:int,b:string>':"named_struct('a',1,'b','x')",'struct<b:bigint>':"named_struct('b',1L)",'struct<A:double>':"named_struct('A',1D)",'struct<a:string>':"named_struct('a','x')",'variant':"parse_json('1')",
}
names=list(T)
def nn(t): return T[t]
def sess(ansi):
    s=SparkSession.builder.remote("sc://localhost:15102").create()
    s.conf.set('spark.sql.ansi.enabled', ansi); s.conf.set('spark.sql.timeType.enabled','true')
    return s
def ask(s,q):
    try:
        f=json.loads(s.sql(q).schema.json())['fields'][0]
        t=f['type']; md=f.get('metadata',{})
        if '__COLLATIONS' in md: 
            t={'type':'struct','fields':[{'name':f['name'],'type':t,'nullable':True,'metadata':{'__COLLATIONS':md['__COLLATIONS']}}]} ; 
            t='COLLATED'
        return (json.dumps(t,separators=(',',':')) if not isinstance(t,str) else t), f['nullable']
    except Exception as e:
        c=getattr(e,'getCondition',lambda:None)()
        return ('!'+str(c), None)
def ask_many(s, exprs):
    """schemas of many expressions; bisect on failure"""
    if not exprs: return []
    try:
        fs=json.loads(s.sql('select '+', '.join(f'{e} as c{i}' for i,e in enumerate(exprs))).schema.json())['fields']
        return [(json.dumps(f['type'],separators=(',',':')) if not isinstance(f['type'],str) else ('COLLATED:' + ','.join(f['metadata']['__COLLATIONS'].values()) if '__COLLATIONS' in f.get('metadata',{}) else f['type']), f['nullable']) for f in fs]
    except Exception as e:
        if len(exprs)==1:
            c=getattr(e,'getCondition',lambda:None)()
            return [('!'+str(c),None)]
        m=len(exprs)//2
        return ask_many(s,exprs[:m])+ask_many(s,exprs[m:])
def job(kind, ansi):
    s=sess(ansi); out=[]
    for a in names:
        row=[]
        for b in names:
            ca,cb=f'cast(null as {a})',f'cast(null as {b})'
            e={'coalesce':f'coalesce({ca},{cb})','array':f'array({nn(a)},{nn(b)})','cast':f'cast({nn(a)} as {b})','try_cast':f'try_cast({nn(a)} as {b})',
               'add':f'{ca}+{cb}','sub':f'{ca}-{cb}','mul':f'{ca}*{cb}','div':f'{ca}/{cb}','mod':f'{ca}%{cb}','eq':f'{ca}={cb}','lt':f'{ca}<{cb}','in':f'{ca} in ({cb})','intdiv':f'{ca} div {cb}'}[kind]
            row.append((a,b,e))
        res=ask_many(s,[e for _,_,e in row])
        out+=[(a,b)+r for (a,b,_),r in zip(row,res)]
    s.stop()
    return kind,ansi,out
if __name__=='__main__':
    kinds=sys.argv[1:]
    with cf.ThreadPoolExecutor(2) as ex:
        for kind,ansi,out in ex.map(lambda ka: job(*ka), [(k,a) for k in kinds for a in ('true','false')]):
            json.dump(out, open(f'/tmp/s/bt/rec_{kind}_{ansi}.json','w'))
            print(kind,ansi,len(out),flush=True)
